import type { CloseReason } from "@broadcast-ipc/ipc-channel";
import type { AudioFormat } from "./sample.ts";

/**
 * The events of a {@link BroadcastReceiver}, with the arguments of their listeners. All events except `"format"` are
 * emitted in a later tick. A listener that throws does not interrupt the receiver.
 */
export interface ReceiverEvents {
  /** The first video frame is ready. */
  start: [];
  /** With the option `stallAfter`: the consumer has waited that long for a video frame. */
  stall: [];
  /** The first video frame after a stall is ready. */
  resume: [];
  /** The format of the next audio sample differs from the previous one, or is the first one. */
  format: [format: AudioFormat];
  /** The connection has ended, with the reason that `closed` resolves with. */
  disconnect: [reason: CloseReason];
  /**
   * A sample or message failed, here or at the uploader, and the receiver continues. Without a listener, a process
   * warning is emitted once for each reason.
   */
  failure: [error: Error];
}
