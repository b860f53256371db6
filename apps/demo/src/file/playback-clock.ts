import { setTimeout as delay } from "node:timers/promises";
import { now } from "@broadcast-ipc/uploader";

/** Microseconds: after a longer delay the clock is shifted instead of catching up. The process was stopped, or is too slow. */
const longestCatchUp = 500_000;

/** Determines when each frame and each audio sample of a film is due. Both share one clock, which keeps them in sync. */
export class PlaybackClock {
  /** Time 0 of the film, in microseconds of {@link now}. */
  #start: number | undefined;

  /** Waits until a frame is due and resolves with its timestamp; both are microseconds. */
  frame(time: number): Promise<number> {
    const late = now() - ((this.#start ?? now()) + time);
    // Only late frames shift the clock. Late audio, as some files interleave it, does not delay the frames.
    if (this.#start !== undefined && late > longestCatchUp) this.#start += late;
    return this.audio(time);
  }

  /** Waits until audio is due and resolves with its timestamp; both are microseconds. */
  async audio(time: number): Promise<number> {
    this.#start ??= now() - time;
    for (let early = this.#start + time - now(); early > 0; early = this.#start + time - now()) {
      await delay(Math.ceil(early / 1000));
    }
    return this.#start + time;
  }
}
