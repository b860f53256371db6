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
 * | `"format"` | `AudioFormat` | the next sample is the first audio sample, or audio of another format |
 * | `"disconnect"` | `CloseReason` | the connection has ended, as `closed` resolves |
 * | `"failure"` | `Error` | one sample or message failed, here or at the uploader; everything else continues |
 *
 * All events but `"format"` are emitted in a later tick. A listener that throws does not interrupt the receiver. A
 * "failure" without a listener is a process warning, once for each reason.
 */
export interface ReceiverEvents {
  start: [];
  stall: [];
  resume: [];
  format: [format: AudioFormat];
  disconnect: [reason: CloseReason];
  failure: [error: Error];
}
