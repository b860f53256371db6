/** A number of messages and a number of bytes. */
export interface Traffic {
  readonly messages: number;
  readonly bytes: number;
}

/** What a channel has sent and received so far. */
export interface ChannelStats {
  /** Messages handed over to the kernel, and the bytes of all frames handed over, handshake included. */
  readonly sent: Traffic;
  /** Messages received from the peer, taken or not, and all bytes received, handshake included. */
  readonly received: Traffic;
  /** Messages that were received and that no consumer has taken yet, and the bytes of these messages. */
  readonly waiting: Traffic;
}
