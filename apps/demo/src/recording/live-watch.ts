import { now, type Sample } from "@broadcast-ipc/receiver";

/** Microseconds. A sample is live if it arrives at most this long after its end, and not before it by more than the other. */
const longestDelay = 1_000_000;
const longestLead = 100_000;

/** The timestamp at which a sample ends; an image has no duration. */
export function endOf(sample: Sample): number {
  if (sample.type === "image") return sample.timestamp;
  return sample.timestamp + (sample.numberOfFrames / sample.sampleRate) * 1_000_000;
}

/**
 * Determines the end of a broadcast in its own timestamps. The last frame stays on the screen until then, but no sample
 * says for how long.
 */
export class LiveWatch {
  #end = Number.NEGATIVE_INFINITY;
  #isLive = false;
  #waitsSince = 0;

  /** A sample has just arrived. */
  onSample(sample: Sample): void {
    this.#end = Math.max(this.#end, endOf(sample));
    const age = now() - endOf(sample);
    this.#isLive = age > -longestLead && age < longestDelay;
  }

  /** The consumer waits for the next sample. */
  onWait(): void {
    this.#waitsSince = now();
  }

  /**
   * The end, if the broadcast ended now. If the last sample was not live (its clock is another one, say), only the time
   * since the consumer began to wait is counted.
   */
  get end(): number {
    return this.#isLive ? Math.max(this.#end, now()) : this.#end + now() - this.#waitsSince;
  }
}
