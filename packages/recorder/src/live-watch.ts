import { now, type Sample } from "@broadcast-ipc/receiver";
import { durationOf } from "./arrival.ts";

/** A sample is live if it ends at most `longestDelay` microseconds before its arrival, or `longestLead` after. */
const longestDelay = 1_000_000;
const longestLead = 100_000;

/**
 * Estimates the timestamp at which a broadcast ends, because no sample reports the end. The last frame of a recording
 * lasts until that timestamp.
 */
export class LiveWatch {
  #end: number | undefined;
  #isLive = false;
  #waitsSince = 0;

  /** Whether the timestamps of the last sample were those of this machine's clock. */
  get isLive(): boolean {
    return this.#isLive;
  }

  /** Records the arrival of a sample. */
  onSample(sample: Sample): void {
    this.#end = sample.timestamp + durationOf(sample);
    const age = now() - this.#end;
    this.#isLive = age > -longestLead && age < longestDelay;
    this.#waitsSince = now();
  }

  /** Records that the consumer starts to wait for the next sample. */
  onWait(): void {
    this.#waitsSince = now();
  }

  /**
   * The end timestamp of the broadcast if it ends now; `undefined` if no sample arrived. If the last sample was not live,
   * for example because the broadcast uses another clock, the timestamp is the end of the last sample plus the time since
   * the consumer started to wait.
   */
  get end(): number | undefined {
    if (this.#end === undefined) return undefined;
    return this.#isLive ? Math.max(this.#end, now()) : this.#end + now() - this.#waitsSince;
  }
}
