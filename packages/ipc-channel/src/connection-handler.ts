import type { Frame } from "./frame.ts";
import type { IPCChannelError } from "./ipc-channel-error.ts";

/** How a connection came to its end, seen from the reading side. */
export interface ConnectionEnd {
  /** What was wrong with the peer's bytes, ERR_IPC_TRUNCATED_MESSAGE, or ERR_IPC_RESOURCES where a write of ours failed for that; `undefined` where the stream ended between two frames. */
  readonly error: IPCChannelError | undefined;
  /** What the stream said, ECONNRESET for one. */
  readonly cause: Error | undefined;
  /** Whether it was a write of ours that failed, through no fault of the peer. */
  readonly isOwnFault?: boolean;
}

/** Who is told of what arrives. */
export interface ConnectionHandler {
  onFrame(frame: Frame): void;
  /** Called once, after the last frame. */
  onEnd(end: ConnectionEnd): void;
}
