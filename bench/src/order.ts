/** The order of a pair of processes. */
export interface Order {
  readonly peer: string;
  /** `stall` is a throughput run whose consumer stops once for {@link stallTime} and checks every message. */
  readonly kind: "throughput" | "round trip" | "stall";
  /** Bytes of each payload. */
  readonly size: number;
  /** Number of measured messages, after a tenth as many that are not measured. */
  readonly count: number;
  readonly path: string;
}

/** The resources that one process used while messages were measured. */
export interface Usage {
  /** CPU time in seconds. */
  readonly cpuSeconds: number;
  /** Peak of resident memory, and resident memory before the first message, in bytes. */
  readonly peakMemory: number;
  readonly idleMemory: number;
}

/** The report of a pair of processes. */
export interface Result {
  /** Seconds from sending the first measured message to the arrival of the last one. */
  readonly seconds: number;
  /** Single round trips in µs; empty for throughput runs. */
  readonly roundTrips: readonly number[];
  readonly receiver: Usage;
  readonly sender: Usage;
}

/** Number of messages sent before the measurement. */
export function warmUp(count: number): number {
  return Math.max(3, Math.round(count / 10));
}

/** How long a stalled consumer stops, in ms. */
export const stallTime = 10_000;
