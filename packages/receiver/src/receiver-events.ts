import type { CloseReason } from "@broadcast-ipc/ipc-channel";
import type { AudioFormat } from "./sample.ts";

/**
 * The events of a {@link BroadcastReceiver}.
 *
 * | event | arguments | emitted when |
 * | --- | --- | --- |
 * | `"start"` | | the first video frame is ready |
 * | `"stall"` | | with the option `stallAfter`: the consumer has waited that long for a video frame |
 * | `"resume"` | | the first video frame after a stall is ready |
 * | `"format"` | `AudioFormat` | the format of the next audio sample differs from the previous one, or is the first one |
 * | `"disconnect"` | `CloseReason` | the connection has ended, with the reason that `closed` resolves with |
 * | `"failure"` | `Error` | a sample or message failed, here or at the uploader; the receiver continues |
 *
 * All events except `"format"` are emitted in a later tick. A listener that throws does not interrupt the receiver.
 * Without a listener of "failure", a process warning is emitted once for each reason.
 */
export interface ReceiverEvents {
  start: [];
  stall: [];
  resume: [];
  format: [format: AudioFormat];
  disconnect: [reason: CloseReason];
  failure: [error: Error];
}
