import type { ReceiverStats } from "@broadcast-ipc/receiver";
import type { UploaderStats } from "@broadcast-ipc/uploader";

/** Report of the capture process about the measured time. */
export interface Captured {
  readonly type: "captured";
  readonly frames: number;
  readonly cpuSeconds: number;
  readonly peakMemory: number;
  /** Seconds until capturing stopped because this process or the consumer used too much memory. */
  readonly stoppedAfter: number | undefined;
}

/** Report of the consumer about the measured time. */
export interface Consumed {
  readonly type: "consumed";
  /** Delivery times of the frames in µs of `now()`. */
  readonly times: readonly number[];
  /** Time from capture to delivery of each frame, in µs. */
  readonly ages: readonly number[];
  readonly cpuSeconds: number;
  readonly peakMemory: number;
}

/** Sent by the capture process after the run: totals for the whole run. */
export interface SourceAccount {
  readonly type: "account";
  readonly offered: number;
  readonly replaced: number | undefined;
  readonly stats: UploaderStats | undefined;
  readonly allocated: number;
  /** Number of frames that the lane disposed during the whole run, counted after the lane was closed. */
  readonly givenBack: number;
}

/** Report of the consumer about the whole run, after its end. */
export interface ConsumerAccount {
  readonly type: "account";
  readonly delivered: number;
  readonly stats: ReceiverStats | undefined;
}
