import type { CloseReason } from "@broadcast-ipc/ipc-channel";
import type { Demand } from "@broadcast-ipc/protocol";

/**
 * The events of a {@link BroadcastUploader}, with the arguments of their listeners. Listeners are called in a later tick,
 * so a listener that is added right after `connect()` or `over()` receives every event. An exception of a listener is an
 * uncaughtException.
 */
export interface UploaderEvents {
  /** A connection to a receiver was opened. Emitted for each connection. */
  connect: [];
  /** The connection ended. Emitted for each connection, with the reason. */
  disconnect: [reason: CloseReason];
  /**
   * The receiver sent a demand. Also emitted once with `{ video: null, audio: null }` when a receiver that wanted samples
   * is lost or the uploader is closed.
   */
  demand: [demand: Demand];
  /**
   * A sample, a message of the receiver or an attempt to reconnect failed, and the uploader continues. Also emitted for
   * the error that ends an uploader. A thrown value that is not an Error becomes the `cause` of an Error. Without a
   * listener, a process warning is emitted instead.
   */
  failure: [error: Error];
}
