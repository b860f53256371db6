/** Counters of messages and bytes, handshake included. */
export interface Traffic {
  readonly messages: number;
  readonly bytes: number;
}

/** What a channel has sent and received so far. */
export interface ChannelStats {
  /** Handed over to the kernel. */
  readonly sent: Traffic;
  /** Received from the peer, whether or not a consumer has taken it. */
  readonly received: Traffic;
  /** Received and not yet taken by a consumer. */
  readonly waiting: Traffic;
}
