/** What an {@link AudioLane} needs to know of a stretch of sound. */
export interface Stretch {
  readonly numberOfFrames: number;
  /** Frames a second. */
  readonly sampleRate: number;
}

/** A queue of sound, in order and bounded by duration: when the bound is hit the oldest goes. Pure; used at both ends. */
export class AudioLane<T extends Stretch> {
  readonly #maxBufferedMs: number;
  readonly #waiting: T[] = [];
  #bufferedMs = 0;

  /** `maxBufferedMs` is the longest duration that waits, in ms; the newest stretch stays even if it alone is longer. */
  constructor(maxBufferedMs: number) {
    this.#maxBufferedMs = maxBufferedMs;
  }

  /** Duration of what is waiting, in ms. */
  get bufferedMs(): number {
    return this.#bufferedMs;
  }

  /** Adds the newest stretch; returns the oldest ones that had to go for it. */
  push(item: T): T[] {
    this.#waiting.push(item);
    this.#bufferedMs += duration(item);
    const dropped: T[] = [];
    while (this.#bufferedMs > this.#maxBufferedMs && this.#waiting.length > 1) {
      const oldest = this.shift();
      if (oldest) dropped.push(oldest);
    }
    return dropped;
  }

  /** Takes the oldest stretch. */
  shift(): T | undefined {
    const item = this.#waiting.shift();
    if (item) this.#bufferedMs = this.#waiting.length === 0 ? 0 : this.#bufferedMs - duration(item);
    return item;
  }

  /** Takes all that is waiting. */
  clear(): T[] {
    this.#bufferedMs = 0;
    return this.#waiting.splice(0);
  }
}

function duration({ numberOfFrames, sampleRate }: Stretch): number {
  return (numberOfFrames / sampleRate) * 1000;
}
