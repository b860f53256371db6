import type { AudioFormat, ReceivedImageSample, Sample } from "@broadcast-ipc/receiver";

/** How long frames wait for the first audio: in microseconds of their timestamps, and as a number of frames. */
const longestWait = 500_000;
const mostFrames = 8;

/** Microseconds of audio before the first frame that are kept. */
const audioKept = 1_000_000;

/** The assumed format if no audio has arrived; audio in another format is converted to it later. */
const usualAudio: AudioFormat = { format: "s16", sampleRate: 48_000, numberOfChannels: 2 };

/**
 * Collects the first samples of a recording. The header of the file needs the formats, so the recording waits for the
 * first frame, and a short time for the first audio.
 */
export class Opening {
  readonly #waitsForAudio: boolean;
  readonly #samples: Sample[] = [];
  readonly #frames: ReceivedImageSample[] = [];
  #audio: AudioFormat | undefined;

  constructor(waitsForAudio: boolean) {
    this.#waitsForAudio = waitsForAudio;
  }

  /** The collected samples, in order. */
  get samples(): readonly Sample[] {
    return this.#samples;
  }

  get firstFrame(): ReceivedImageSample | undefined {
    return this.#frames[0];
  }

  get audioFormat(): AudioFormat {
    return this.#audio ?? usualAudio;
  }

  /** Whether the formats are known or the waiting time is over. */
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
