import type { CloseReason } from "@broadcast-ipc/ipc-channel";
import type { Demand } from "@broadcast-ipc/protocol";

/** What a {@link BroadcastUploader} emits. */
export interface UploaderEvents {
  /** The receiver can be reached. */
  connect: [];
  /** The connection has ended, for this reason. */
  disconnect: [reason: CloseReason];
  /**
   * The receiver has said what it wants. Where it wanted something and is gone, or the uploader is closed, this is told
   * once with nothing wanted: `{ video: null, audio: null }`.
   */
  demand: [demand: Demand];
  /** One sample, one message of the receiver's, or one attempt to connect went wrong; everything else goes on. A process warning where nobody listens. */
  failure: [error: unknown];
}
