/** A message that has arrived: a typed header and, if the sender passed one, a binary payload. Disposing the message returns the payload's memory to a pool. */
export interface Message<H> extends Disposable {
  /** The header as the peer sent it, or the output of the schema if the channel has one. */
  readonly header: H;
  /** Starts at offset 0 of its own ArrayBuffer, which has exactly the payload's length. The payload belongs to the consumer of the message. */
  readonly payload: Uint8Array | undefined;
}
