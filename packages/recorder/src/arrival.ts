import type { Sample } from "@broadcast-ipc/receiver";

/** A sample, and the time of its arrival on this process's clock in microseconds. */
export interface Arrival<S extends Sample = Sample> {
  readonly sample: S;
  readonly time: number;
}

/** Returns the duration of a sample in microseconds. A frame has none. */
export function durationOf(sample: Sample): number {
  return sample.type === "image" ? 0 : (sample.numberOfFrames / sample.sampleRate) * 1_000_000;
}
