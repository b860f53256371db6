import type { AudioFormat, ReceivedImageSample, Sample } from "@broadcast-ipc/receiver";

/** The wait for audio ends when the frames span `longestWait` microseconds or `mostFrames` frames have arrived. */
const longestWait = 500_000;
const mostFrames = 8;

/** Maximum length of the audio kept before the first frame, in microseconds. */
const audioKept = 1_000_000;

/** The format of the audio track if no audio has arrived in time. Audio in other formats is converted later. */
const usualAudio: AudioFormat = { format: "s16", sampleRate: 48_000, numberOfChannels: 2 };

/**
 * Collects the first samples of a recording. The stream header contains the formats of video and audio, so the
 * recording waits for the first frame and, for a short time, for the first audio.
 */
export class Opening {
  readonly #waitsForAudio: boolean;
  readonly #samples: Sample[] = [];
  readonly #frames: ReceivedImageSample[] = [];
  #audio: AudioFormat | undefined;

  constructor(waitsForAudio: boolean) {
    this.#waitsForAudio = waitsForAudio;
  }

  /** The collected samples, in order of arrival. */
  get samples(): readonly Sample[] {
    return this.#samples;
  }

  get firstFrame(): ReceivedImageSample | undefined {
    return this.#frames[0];
  }

  get audioFormat(): AudioFormat {
    return this.#audio ?? usualAudio;
  }

  /** Whether the first frame has arrived, and the wait for audio is over. */
  get isOver(): boolean {
    const first = this.#frames[0];
    const last = this.#frames.at(-1);
    if (!first || !last) return false;
    if (!this.#waitsForAudio || this.#audio) return true;
    return this.#frames.length >= mostFrames || last.timestamp - first.timestamp >= longestWait;
  }

  add(sample: Sample): void {
    this.#samples.push(sample);
    if (sample.type === "image") {
      this.#frames.push(sample);
      return;
    }
    const { format, sampleRate, numberOfChannels } = sample;
    this.#audio ??= { format, sampleRate, numberOfChannels };
    const isOld = (other: Sample | undefined) => other && other.timestamp < sample.timestamp - audioKept;
    if (this.#frames.length === 0) while (isOld(this.#samples[0])) this.#samples.shift();
  }
}
