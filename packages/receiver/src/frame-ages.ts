import { DurationHistogram, type DurationSummary } from "@broadcast-ipc/clock";

/**
 * Records the ages of delivered video frames. An age measures how late a frame is, so the time in which the uploader keeps
 * its newest frame for a later demand does not count. All times are in microseconds of one clock.
 */
export class FrameAges {
  /** Whether timestamps are from the clock of this process. No age is recorded otherwise. */
  isSameClock = false;
  readonly #ages = new DurationHistogram();
  /** Time since which video is wanted; `undefined` while it is not. */
  #wantedSince: number | undefined;
  /** Timestamp of the last delivered frame. */
  #last: number | undefined;

  /** Records at the time `now` whether video is wanted. */
  setWanted(isWanted: boolean, now: number): void {
    if (!isWanted) this.#wantedSince = undefined;
    else this.#wantedSince ??= now;
  }

  /**
   * Records a frame that is delivered at the time `now`. A frame that was captured before video was wanted counts from the
   * time at which it was wanted. A frame that is sent again does not count.
   */
  record(timestamp: number, now: number): void {
    if (!this.isSameClock || timestamp === this.#last) return;
    this.#last = timestamp;
    this.#ages.record(now - Math.max(timestamp, this.#wantedSince ?? timestamp));
  }

  /** `undefined` before the first recorded frame. */
  get summary(): DurationSummary | undefined {
    return this.#ages.summary;
  }
}
