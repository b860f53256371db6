import type { ReceiverStats } from "@broadcast-ipc/receiver";
import type { UploaderStats } from "@broadcast-ipc/uploader";

/** The capture process's report of the measured time. */
export interface Captured {
  readonly type: "captured";
  readonly frames: number;
  readonly cpuSeconds: number;
  readonly peakMemory: number;
  /** Seconds until capturing stopped because this process or the consumer used too much memory. */
  readonly stoppedAfter: number | undefined;
}

/** The consumer's report of the measured time. */
export interface Consumed {
  readonly type: "consumed";
  /** When frames were delivered, by `now()`, and their ages, both in µs. */
  readonly times: readonly number[];
  readonly ages: readonly number[];
  readonly cpuSeconds: number;
  readonly peakMemory: number;
}

/** The capture process's report of the whole run, after its end. */
export interface SourceAccount {
  readonly type: "account";
  readonly offered: number;
  readonly replaced: number | undefined;
  readonly stats: UploaderStats | undefined;
  readonly allocated: number;
  /** Frames given back when the lane had been closed. */
  readonly givenBack: number;
}

/** The consumer's report of the whole run, after its end. */
export interface ConsumerAccount {
  readonly type: "account";
  readonly delivered: number;
  readonly stats: ReceiverStats | undefined;
}
