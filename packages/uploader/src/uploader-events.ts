import type { CloseReason } from "@broadcast-ipc/ipc-channel";
import type { Demand } from "@broadcast-ipc/protocol";

/** What a {@link BroadcastUploader} emits. */
export interface UploaderEvents {
  /** The receiver can be reached. */
  connect: [];
  /** The connection has ended, for this reason. */
  disconnect: [reason: CloseReason];
  /**
   * The receiver has sent a demand. Also emitted once with nothing wanted, `{ video: null, audio: null }`, when a receiver
   * that wanted something is lost or the uploader is closed.
   */
  demand: [demand: Demand];
  /** One sample, one message of the receiver or one attempt to connect failed. Everything else continues. Without a listener, a process warning. */
  failure: [error: unknown];
}
