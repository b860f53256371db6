import type { CloseReason } from "@broadcast-ipc/ipc-channel";
import type { Demand } from "@broadcast-ipc/protocol";

/** The events of a {@link FanOut}, with the arguments of their listeners, see {@link UploaderEvents}. */
export interface FanOutEvents {
  /** A connection of the named target was opened. */
  connect: [target: string];
  /** A connection of the named target ended. */
  disconnect: [reason: CloseReason, target: string];
  /**
   * What the targets want together has changed. Emitted with `{ video: null, audio: null }` when the last target with a
   * demand is lost.
   */
  demand: [demand: Demand];
  /** Something failed at the named target. Without a target, the dispose function of a sample threw. */
  failure: [error: Error, target: string | undefined];
}
