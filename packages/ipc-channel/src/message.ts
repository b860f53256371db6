/** One message as it arrived: a typed header and, where the sender gave one, binary data. */
export interface Message<H> extends Disposable {
  readonly header: H;
  /** Sits at offset 0 of an ArrayBuffer of its own, exactly as long; it belongs to whoever took the message. */
  readonly payload: Uint8Array | undefined;
}
