import { now, type Sample } from "@broadcast-ipc/receiver";

/** A sample that comes no later than this is live, and none is by so much too early; microseconds. */
const longestDelay = 1_000_000;
const longestLead = 100_000;

/** The timestamp at which a sample ends, as far as it tells. */
export function endOf(sample: Sample): number {
  if (sample.type === "image") return sample.timestamp;
  return sample.timestamp + (sample.numberOfFrames / sample.sampleRate) * 1_000_000;
}

/**
 * Tells when a broadcast ended, by its own timestamps. What was captured last stays on the screen until then, and nothing
 * comes to say for how long.
 */
export class LiveWatch {
  #end = Number.NEGATIVE_INFINITY;
  #isLive = false;
  #waitsSince = 0;

  /** The sample has come just now. */
  onSample(sample: Sample): void {
    this.#end = Math.max(this.#end, endOf(sample));
    const age = now() - endOf(sample);
    this.#isLive = age > -longestLead && age < longestDelay;
  }

  /** The next sample is waited for. */
  onWait(): void {
    this.#waitsSince = now();
  }

  /**
   * The end, if it is now. Where the last sample was not live (it is of another clock, or of no clock at all) only the
   * time since it was dealt with can be counted.
   */
  get end(): number {
    return this.#isLive ? Math.max(this.#end, now()) : this.#end + now() - this.#waitsSince;
  }
}
