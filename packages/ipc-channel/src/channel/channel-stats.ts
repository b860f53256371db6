/** Counters of messages and bytes, handshake included. */
export interface Traffic {
  readonly messages: number;
  readonly bytes: number;
}

/** What a channel has sent and received so far. */
export interface ChannelStats {
  /** Messages and bytes that were handed over to the kernel. */
  readonly sent: Traffic;
  /** Messages and bytes that were received from the peer, including those that no consumer has taken. */
  readonly received: Traffic;
  /** Messages and bytes that were received and are not yet taken by a consumer. */
  readonly waiting: Traffic;
}
