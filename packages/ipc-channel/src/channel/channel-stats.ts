import type { PayloadStats } from "../payloads/payload-carrier.ts";
import type { Traffic } from "./traffic.ts";

/** What a channel has sent and received so far. */
export interface ChannelStats {
  /** Messages handed over to the kernel, and the bytes of all frames handed over, handshake included. */
  readonly sent: Traffic;
  /** Messages received from the peer, taken or not, and all bytes received, handshake included. */
  readonly received: Traffic;
  /** Messages that were received and that no consumer has taken yet, and the bytes of these messages. */
  readonly waiting: Traffic;
  /** How large payloads travel; `undefined` without the option `payloads`. */
  readonly payloads: PayloadStats | undefined;
}
