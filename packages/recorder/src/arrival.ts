import type { Sample } from "@broadcast-ipc/receiver";

/** A sample, and the time of its arrival on this process's clock in microseconds. */
export interface Arrival<S extends Sample = Sample> {
  readonly sample: S;
  readonly time: number;
}

/** Returns the duration of a sample in microseconds. A frame has none, and neither has audio with impossible metadata. */
export function durationOf(sample: Sample): number {
  if (sample.type === "image") return 0;
  const { numberOfFrames, sampleRate, data } = sample;
  const isPossible = numberOfFrames >= 0 && numberOfFrames <= data.byteLength && sampleRate >= 1;
  return isPossible ? (numberOfFrames / sampleRate) * 1_000_000 : 0;
}
