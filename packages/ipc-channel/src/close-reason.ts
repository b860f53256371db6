import type { IPCChannelError } from "./ipc-channel-error.ts";

/** How a channel came to its end. */
export type CloseReason =
  /** One side called `close()`. */
  | { readonly by: "us" | "peer"; readonly code: "closed"; readonly error?: undefined }
  /** The connection broke; `error` says how, where that is known: ERR_IPC_TRUNCATED_MESSAGE, or the stream's own error. */
  | { readonly by: "peer"; readonly code: "lost"; readonly error?: Error | undefined }
  /** A write of this side failed while the peer was connected: for lack of resources (ERR_IPC_RESOURCES), or because a payload's memory was transferred or resized. */
  | { readonly by: "us"; readonly code: "lost"; readonly error?: Error | undefined }
  /** This side (`us`) or the other one gave up on what it received. */
  | { readonly by: "us" | "peer"; readonly code: "error"; readonly error: IPCChannelError }
  /** The peer was silent for too long. */
  | { readonly by: "us"; readonly code: "timeout"; readonly error: IPCChannelError };
