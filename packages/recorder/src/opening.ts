import type { AudioFormat, ReceivedImageSample } from "@broadcast-ipc/receiver";
import type { Arrival } from "./arrival.ts";

/** The wait for audio ends when the frames span `longestWait` microseconds, or when one of the bounds is reached. */
const longestWait = 500_000;
const mostFrames = 8;
const mostFrameBytes = 64 * 1024 * 1024;

/** Maximum length of the audio kept before the first frame, in microseconds, and its bounds. */
const audioKept = 1_000_000;
const mostAudio = 1024;
const mostAudioBytes = 4 * 1024 * 1024;

/** The format of the audio track if no audio has arrived in time. Audio in other formats is converted later. */
const usualAudio: AudioFormat = { format: "s16", sampleRate: 48_000, numberOfChannels: 2 };

/**
 * Collects the first samples of a recording. The stream header contains the formats of video and audio, so the
 * recording waits for the first frame and, for a short time, for the first audio.
 */
export class Opening {
  readonly #waitsForAudio: boolean;
  readonly #arrivals: Arrival[] = [];
  #frames: Arrival<ReceivedImageSample>[] = [];
  #audio: AudioFormat | undefined;
  #frameBytes = 0;
  #audioBytes = 0;

  constructor(waitsForAudio: boolean) {
    this.#waitsForAudio = waitsForAudio;
  }

  /** Removes and yields the collected samples, in order of arrival. */
  *takeAll(): Generator<Arrival> {
    for (let next = this.#arrivals.shift(); next; next = this.#arrivals.shift()) yield next;
  }

  get firstFrame(): Arrival<ReceivedImageSample> | undefined {
    return this.#frames[0];
  }

  get audioFormat(): AudioFormat {
    return this.#audio ?? usualAudio;
  }

  /** Whether the first frame has arrived, and the wait for audio is over. */
  get isOver(): boolean {
    const first = this.#frames[0]?.sample;
    const last = this.#frames.at(-1)?.sample;
    if (!first || !last) return false;
    if (!this.#waitsForAudio || this.#audio) return true;
    const isFull = this.#frames.length >= mostFrames || this.#frameBytes >= mostFrameBytes;
    return isFull || Math.abs(last.timestamp - first.timestamp) >= longestWait;
  }

  add({ sample, time }: Arrival): void {
    this.#arrivals.push({ sample, time });
    if (sample.type === "image") {
      this.#frames.push({ sample, time });
      this.#frameBytes += sample.data.byteLength;
      return;
    }
    const { format, sampleRate, numberOfChannels } = sample;
    this.#audio ??= { format, sampleRate, numberOfChannels };
    this.#audioBytes += sample.data.byteLength;
    if (this.#frames.length === 0) while (this.#hasTooMuchAudio(sample.timestamp)) this.#dropFirst();
  }

  /** Removes the first frame, because it cannot be recorded. The opening may go on. */
  removeFirstFrame(): void {
    const [first, ...others] = this.#frames;
    this.#frames = others;
    const index = this.#arrivals.findIndex(({ sample }) => sample === first?.sample);
    if (index >= 0) this.#arrivals.splice(index, 1);
    this.#frameBytes -= first?.sample.data.byteLength ?? 0;
  }

  #hasTooMuchAudio(newest: number): boolean {
    const [first] = this.#arrivals;
    if (!first || this.#arrivals.length === 1) return false;
    const isFull = this.#arrivals.length > mostAudio || this.#audioBytes > mostAudioBytes;
    return isFull || first.sample.timestamp < newest - audioKept;
  }

  #dropFirst(): void {
    const sample = this.#arrivals.shift()?.sample;
    this.#audioBytes -= sample?.data.byteLength ?? 0;
    sample?.[Symbol.dispose]();
  }
}
