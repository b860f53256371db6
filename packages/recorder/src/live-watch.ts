import { now, type Sample } from "@broadcast-ipc/receiver";

/** A sample is live if it ends at most `longestDelay` microseconds before its arrival, or `longestLead` after. */
const longestDelay = 1_000_000;
const longestLead = 100_000;

/** Returns the timestamp at which a sample ends. A frame has no duration. */
export function endOf(sample: Sample): number {
  if (sample.type === "image") return sample.timestamp;
  return sample.timestamp + (sample.numberOfFrames / sample.sampleRate) * 1_000_000;
}

/**
 * Estimates the timestamp at which a broadcast ends, because no sample reports the end. The last frame of a recording
 * lasts until that timestamp.
 */
export class LiveWatch {
  #end = Number.NEGATIVE_INFINITY;
  #isLive = false;
  #waitsSince = 0;

  /** Records the arrival of a sample. */
  onSample(sample: Sample): void {
    this.#end = Math.max(this.#end, endOf(sample));
    const age = now() - endOf(sample);
    this.#isLive = age > -longestLead && age < longestDelay;
  }

  /** Records that the consumer starts to wait for the next sample. */
  onWait(): void {
    this.#waitsSince = now();
  }

  /**
   * The end timestamp of the broadcast if it ends now. If the last sample was not live, for example because the
   * broadcast uses another clock, the timestamp is the end of the samples plus the time since the consumer started to
   * wait.
   */
  get end(): number {
    return this.#isLive ? Math.max(this.#end, now()) : this.#end + now() - this.#waitsSince;
  }
}
