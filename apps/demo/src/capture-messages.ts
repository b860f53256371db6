import type { PayloadStats } from "@broadcast-ipc/ipc-channel";
import type { UploaderStats } from "@broadcast-ipc/uploader";
import type { DemoOptions } from "./demo-options.ts";
import type { SourceKind } from "./page/app-messages.ts";
import type { ProcessUsage } from "./process-usage.ts";

/** The first argument of the capture process, as JSON. The token is passed separately in {@link tokenVariable}. */
export interface CaptureOrder {
  readonly options: DemoOptions;
  /** Socket path on which the app process listens. */
  readonly path: string;
  /** Socket paths on which further receivers listen. */
  readonly feeds: Feeds;
}

/** A receiver beside that of the viewers: the recorder of a recording, or the publisher of a LiveKit room. */
export type FeedName = "recorder" | "livekit";

/** Socket path of each receiver; absent if there is none. */
type Feeds = { readonly [Name in FeedName]?: string | undefined };

/** The environment variable for the token. Other users can read the arguments of a process, but not its environment. */
export const tokenVariable = "BROADCAST_IPC_TOKEN";

/** A message from the capture process to the app process, sent through the IPC channel of fork(). */
export type CaptureMessage =
  | {
      readonly type: "source";
      /** The source that `auto` chose, or the requested one. */
      readonly kind: SourceKind;
      readonly name: string;
      readonly hasAudio: boolean;
      /** Whether the source accepts input from viewers. */
      readonly takesInput: boolean;
    }
  /** Text to print for the user. */
  | { readonly type: "note"; readonly text: string }
  | ({ readonly type: "counts" } & CaptureCounts)
  /** The capture has failed. `isPassing` is true for a lack of resources, which may be over at the next start. */
  | { readonly type: "failed"; readonly message: string; readonly isPassing: boolean }
  | ({ readonly type: "report" } & CaptureCounts);

/** Frame counts and CPU since the capture process started. */
export interface CaptureCounts {
  readonly video: Pick<UploaderStats["video"], "captured" | "sent" | "replaced" | "repeated">;
  /** Frames left out of the recording because the recorder was too slow. */
  readonly leftOut: number;
  /** How large frames travel to the viewers; absent with the transport `"socket"`, and when the connection has ended. */
  readonly payloads?: PayloadStats | undefined;
  readonly usage: ProcessUsage;
}

/** A message from the app process to the capture process. */
export type AppMessage =
  | { readonly type: "stop" }
  /** Uploads to the receiver that listens at this socket path, beside the viewers. */
  | { readonly type: "feed"; readonly name: FeedName; readonly path: string };
