import type { IPCChannelError } from "../errors/ipc-channel-error.ts";
import type { ReceivedFrame } from "../wire/frame.ts";

/** How a connection ended. */
export interface ConnectionEnd {
  /**
   * The fault in the peer's bytes, ERR_IPC_TRUNCATED_MESSAGE, or ERR_IPC_RESOURCES if a write of this side failed for lack of
   * memory. `undefined` if the stream ended between two frames.
   */
  readonly error: IPCChannelError | undefined;
  /** The stream's own error, such as ECONNRESET. */
  readonly cause: Error | undefined;
  /** Whether a write of this side failed while the peer was connected. */
  readonly isOwnFault?: boolean;
}

/** Receives the frames of a connection, and its end. */
export interface ConnectionHandler {
  onFrame(frame: ReceivedFrame): void;
  /** Called once, after the last frame. */
  onEnd(end: ConnectionEnd): void;
}
