import { Backoff } from "@broadcast-ipc/ipc-channel";

/** Time without a running capture process after which {@link RestartPolicy} gives up, in ms. */
export const giveUpAfter = 60_000;

/** Duration of frames after which a capture process counts as steady, in ms. The intervals then start again. */
const steadyTime = 10_000;

/** Bounds of the interval between two starts, in ms: the first interval, and the longest one. */
const intervals = { shortest: 250, longest: 5000 };

/**
 * Decides when another capture process starts: at once if the previous one has run for a while, so that an outage is
 * short, and in growing intervals if one process after another ends early. All times are in ms of one monotonic clock.
 */
export class RestartPolicy {
  readonly #backoff: Backoff;
  #startedAt: number;
  /** Time of the first frame of the current capture process. */
  #firstFrameAt: number | undefined;
  /** Time since which no frame has been delivered; `undefined` while a capture process delivers frames. */
  #silentSince: number | undefined;

  /** @param random See {@link Backoff}. */
  constructor(now: number, random?: () => number) {
    this.#startedAt = now;
    this.#silentSince = now;
    this.#backoff = new Backoff({ ...intervals, random });
  }

  /** Records the start of a capture process. */
  noteStart(now: number): void {
    this.#startedAt = now;
  }

  /** Records the first frame of a capture process. */
  noteFirstFrame(now: number): void {
    this.#firstFrameAt = now;
    this.#silentSince = undefined;
  }

  /**
   * Records that a capture process has ended or could not start. Returns the pause before the next start, or `undefined`
   * to give up.
   */
  noteEnd(now: number): number | undefined {
    if (this.#firstFrameAt !== undefined) {
      if (now - this.#firstFrameAt >= steadyTime) this.#backoff.reset();
      this.#firstFrameAt = undefined;
      this.#silentSince = now;
    }
    const pause = Math.max(0, this.#startedAt + this.#backoff.next() - now);
    return pause < this.timeLeft(now) ? pause : undefined;
  }

  /** Time until {@link noteEnd} gives up, unless a frame is delivered. */
  timeLeft(now: number): number {
    return this.#silentSince === undefined ? giveUpAfter : this.#silentSince + giveUpAfter - now;
  }
}
