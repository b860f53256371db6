/** What a pair of processes is told to do. */
export interface Order {
  readonly peer: string;
  /** `stall` is throughput with a consumer that stops for {@link stallTime} on the way and checks every message. */
  readonly kind: "throughput" | "round trip" | "stall";
  /** Bytes of each payload. */
  readonly size: number;
  /** Messages that are measured, after a tenth as many that are not. */
  readonly count: number;
  readonly path: string;
}

/** What one process used while messages were measured. */
export interface Usage {
  /** Processor time, in seconds. */
  readonly cpuSeconds: number;
  /** The most memory that was resident at once, in bytes, and that before the first message. */
  readonly peakMemory: number;
  readonly idleMemory: number;
}

/** What a pair of processes reports. */
export interface Result {
  /** From the sending of the first measured message to the arrival of the last one. */
  readonly seconds: number;
  /** Of single round trips, in µs; empty for throughput. */
  readonly roundTrips: readonly number[];
  readonly receiver: Usage;
  readonly sender: Usage;
}

/** Messages that are sent before measuring begins. */
export function warmUp(count: number): number {
  return Math.max(3, Math.round(count / 10));
}

/** How long a stalled consumer stops, in ms. */
export const stallTime = 10_000;
