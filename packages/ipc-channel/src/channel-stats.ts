/** How much it was, handshake and all. */
export interface Traffic {
  readonly messages: number;
  readonly bytes: number;
}

/** What has gone over a channel so far. */
export interface ChannelStats {
  /** Taken by the kernel. */
  readonly sent: Traffic;
  /** Come from the peer, taken by the consumer or not. */
  readonly received: Traffic;
  /** Come, and not taken yet. */
  readonly waiting: Traffic;
}
