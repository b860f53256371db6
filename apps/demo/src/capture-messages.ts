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
    }
  /** What a person should know, in a sentence. */
  | { readonly type: "note"; readonly text: string }
  | ({ readonly type: "counts" } & CaptureCounts)
  | { readonly type: "failed"; readonly message: string }
  | ({ readonly type: "report"; readonly usage: ProcessUsage } & CaptureCounts);

/** What became of the pictures so far. */
export interface CaptureCounts {
  readonly video: UploadCounts;
  /** Pictures that are missing from the recording, since its end took them too slowly. */
  readonly leftOut: number;
}

/** What the app process tells the capture process. */
export interface AppMessage {
  readonly type: "stop";
}
