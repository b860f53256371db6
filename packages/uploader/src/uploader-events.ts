import type { CloseReason } from "@broadcast-ipc/ipc-channel";
import type { Demand } from "@broadcast-ipc/protocol";

/**
 * The events of a {@link BroadcastUploader}, with the arguments of their listeners. Listeners are called in a later tick, so a
 * listener that is added right after `connect()` or `over()` misses nothing. An exception of a listener is an uncaughtException.
 */
export interface UploaderEvents {
  /** A connection to a receiver is open. Emitted for each connection. */
  connect: [];
  /** The connection has ended, for this reason. Emitted for each connection. */
  disconnect: [reason: CloseReason];
  /**
   * The receiver has sent a demand. Also emitted once with nothing wanted, `{ video: null, audio: null }`, when a receiver
   * that wanted something is lost or the uploader is closed.
   */
  demand: [demand: Demand];
  /**
   * One sample, one message of the receiver or one attempt to reconnect failed; the uploader continues. Also emitted for the
   * error that ends an uploader. A thrown value that is not an Error is the `cause` of an Error. Without a listener, a failure is
   * a process warning.
   */
  failure: [error: Error];
}
