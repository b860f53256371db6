import type { AudioFormat, ReceivedImageSample, Sample } from "@broadcast-ipc/receiver";

/** How long pictures wait for the first sound, in microseconds of their own time, and how many of them do. */
const longestWait = 500_000;
const mostPictures = 8;

/** Of sound that comes before the first picture this much is kept, in microseconds. */
const soundKept = 1_000_000;

/** What a recording assumes of sound that has not come yet: it is converted to that, should it turn out otherwise. */
const usualSound: AudioFormat = { format: "s16", sampleRate: 48_000, numberOfChannels: 2 };

/**
 * The samples of a recording's first moment: what a file holds is said at its beginning, so that waits for the first
 * picture, and a little for the first sound.
 */
export class Opening {
  readonly #waitsForSound: boolean;
  readonly #samples: Sample[] = [];
  readonly #pictures: ReceivedImageSample[] = [];
  #sound: AudioFormat | undefined;

  constructor(waitsForSound: boolean) {
    this.#waitsForSound = waitsForSound;
  }

  /** What has come, in order. */
  get samples(): readonly Sample[] {
    return this.#samples;
  }

  get firstPicture(): ReceivedImageSample | undefined {
    return this.#pictures[0];
  }

  get soundFormat(): AudioFormat {
    return this.#sound ?? usualSound;
  }

  /** Whether enough is known, or has been waited for. */
  get isOver(): boolean {
    const first = this.#pictures[0];
    const last = this.#pictures.at(-1);
    if (!first || !last) return false;
    if (!this.#waitsForSound || this.#sound) return true;
    return this.#pictures.length >= mostPictures || last.timestamp - first.timestamp >= longestWait;
  }

  add(sample: Sample): void {
    this.#samples.push(sample);
    if (sample.type === "image") {
      this.#pictures.push(sample);
      return;
    }
    const { format, sampleRate, numberOfChannels } = sample;
    this.#sound ??= { format, sampleRate, numberOfChannels };
    const isOld = (other: Sample | undefined) => other && other.timestamp < sample.timestamp - soundKept;
    if (this.#pictures.length === 0) while (isOld(this.#samples[0])) this.#samples.shift();
  }
}
