import type { UploadCounts } from "@broadcast-ipc/uploader";
import type { DemoOptions } from "./demo-options.ts";
import type { ProcessUsage } from "./process-usage.ts";

/** The first argument of the capture process, as JSON. The channel's token is in its environment. */
export interface CaptureOrder {
  readonly options: DemoOptions;
  /** Socket path on which the app process listens. */
  readonly path: string;
  /** Socket path on which the recorder listens, if there is one. */
  readonly recordPath: string | undefined;
}

/** The environment variable with the channel's token. Unlike arguments, other users cannot read it. */
export const tokenVariable = "BROADCAST_IPC_TOKEN";

/** What the capture process sends to the app process through the IPC of fork(). */
export type CaptureMessage =
  | {
      readonly type: "source";
      readonly name: string;
      readonly hasAudio: boolean;
      /** Whether viewers can take over the source. */
      readonly takesInput: boolean;
    }
  /** A sentence for the user. */
  | { readonly type: "note"; readonly text: string }
  | ({ readonly type: "counts" } & CaptureCounts)
  | { readonly type: "failed"; readonly message: string }
  | ({ readonly type: "report"; readonly usage: ProcessUsage } & CaptureCounts);

/** Counts of frames since the start. */
export interface CaptureCounts {
  readonly video: UploadCounts;
  /** Frames left out of the recording because the recorder was too slow. */
  readonly leftOut: number;
}

/** What the app process sends to the capture process. */
export interface AppMessage {
  readonly type: "stop";
}
