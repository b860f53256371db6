import type { CloseReason } from "@broadcast-ipc/ipc-channel";
import type { AudioFormat } from "./sample.ts";

/** What a {@link BroadcastReceiver} emits. */
export interface ReceiverEvents {
  /** The first picture is there. */
  start: [];
  /** With the option `stallAfter`: the consumer has waited for so long, and no picture came. */
  stall: [];
  /** The first picture after a "stall" is there. */
  resume: [];
  /** The next sample is sound of another format than the sound before it; so is the first one. */
  format: [format: AudioFormat];
  /** The connection has ended; as `closed` resolves. */
  disconnect: [reason: CloseReason];
  /** One sample or one message failed, here or at the uploader. Everything else continues. Without a listener, a process warning. */
  failure: [error: Error];
}
