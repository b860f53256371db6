import type { ReceiverStats } from "@broadcast-ipc/receiver";
import type { UploaderStats } from "@broadcast-ipc/uploader";

/** Sent by the capture process when the measured time ends. `peakMemory` also covers the warm-up. */
export interface Captured {
  readonly type: "captured";
  readonly frames: number;
  readonly cpuSeconds: number;
  readonly peakMemory: number;
  /**
   * Seconds from the start of the measurement until capturing stopped, if either process used too much memory. 0 if
   * capturing stopped before the measurement.
   */
  readonly stoppedAfter: number | undefined;
}

/** Sent by the consumer process when the measured time ends. `peakMemory` also covers the warm-up. */
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

/** Sent by the consumer process after the measured time: totals for the whole run. */
export interface ConsumerAccount {
  readonly type: "account";
  readonly delivered: number;
  readonly stats: ReceiverStats | undefined;
}
