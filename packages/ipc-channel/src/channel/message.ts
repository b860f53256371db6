/** A message that has arrived: a typed header and, if the sender gave one, binary data. Disposing it gives the payload's memory back. */
export interface Message<H> extends Disposable {
  readonly header: H;
  /** Sits at offset 0 of an ArrayBuffer of its own, exactly as long. It belongs to the consumer who took the message. */
  readonly payload: Uint8Array | undefined;
}
