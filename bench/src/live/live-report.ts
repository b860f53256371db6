import type { ReceiverStats } from "@broadcast-ipc/receiver";
import type { UploaderStats } from "@broadcast-ipc/uploader";

/** What the capture process reports of the time that was measured. */
export interface Captured {
  readonly type: "captured";
  readonly pictures: number;
  readonly cpuSeconds: number;
  readonly peakMemory: number;
  /** Seconds after which too much memory was in use, here or at the consumer, and capturing stopped. */
  readonly stoppedAfter: number | undefined;
}

/** What the consumer reports of the time that was measured. */
export interface Consumed {
  readonly type: "consumed";
  /** When pictures were handed over, by `now()`, and how old they were, both in µs. */
  readonly times: readonly number[];
  readonly ages: readonly number[];
  readonly cpuSeconds: number;
  readonly peakMemory: number;
}

/** What the capture process reports of the whole run, after the end. */
export interface SourceAccount {
  readonly type: "account";
  readonly offered: number;
  readonly replaced: number | undefined;
  readonly stats: UploaderStats | undefined;
  readonly allocated: number;
  /** Once the lane was closed. */
  readonly givenBack: number;
}

/** What the consumer reports of the whole run, after the end. */
export interface ConsumerAccount {
  readonly type: "account";
  readonly delivered: number;
  readonly stats: ReceiverStats | undefined;
}
