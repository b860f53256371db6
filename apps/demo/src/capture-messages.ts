import type { UploadCounts } from "@broadcast-ipc/uploader";
import type { DemoOptions } from "./demo-options.ts";
import type { ProcessUsage } from "./process-usage.ts";

/** What a capture process is started with, as JSON in its first argument; the channel's token comes in its environment. */
export interface CaptureOrder {
  readonly options: DemoOptions;
  /** Where the app process listens. */
  readonly path: string;
  /** Where its recorder does, if there is one. */
  readonly recordPath: string | undefined;
}

/** The environment variable that holds the channel's token: other users can read arguments, but not this. */
export const tokenVariable = "BROADCAST_IPC_TOKEN";

/** What the capture process tells the app process beside the broadcast. */
export type CaptureMessage =
  | {
      readonly type: "source";
      readonly name: string;
      readonly hasSound: boolean;
      /** Whether viewers can take it over. */
      readonly takesInput: boolean;
      readonly note?: string | undefined;
    }
  | { readonly type: "counts"; readonly video: UploadCounts }
  | { readonly type: "failed"; readonly message: string }
  | { readonly type: "report"; readonly video: UploadCounts; readonly usage: ProcessUsage };

/** What the app process tells the capture process. */
export interface AppMessage {
  readonly type: "stop";
}
