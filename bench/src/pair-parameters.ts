/** Parameters of a transport run, given to the sending process and the receiving process. */
export interface PairParameters {
  readonly peer: string;
  /** `stall` is a throughput run whose consumer checks every message and pauses once for {@link stallTime}. */
  readonly kind: "throughput" | "round trip" | "stall";
  /** Size of each payload, in bytes. */
  readonly size: number;
  /** Number of measured messages. {@link warmUp} messages are sent before them. */
  readonly count: number;
  readonly path: string;
}

/** The resources that one process used while messages were measured. */
export interface Usage {
  /** CPU time in seconds. */
  readonly cpuSeconds: number;
  /** Peak of resident memory, in bytes. */
  readonly peakMemory: number;
  /** Resident memory before the first message, in bytes. */
  readonly idleMemory: number;
}

/** The result of a transport run. */
export interface Result {
  /** Seconds from sending the first measured message to the arrival of the last one. */
  readonly seconds: number;
  /** Duration of each round trip in µs. Empty for throughput runs. */
  readonly roundTrips: readonly number[];
  readonly receiver: Usage;
  readonly sender: Usage;
}

/** Returns the number of messages that are sent before the measurement. */
export function warmUp(count: number): number {
  return Math.max(3, Math.round(count / 10));
}

/** Pause of a stalled consumer, in ms. */
export const stallTime = 10_000;
