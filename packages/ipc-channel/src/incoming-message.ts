import type { Frame } from "./frame.ts";
import type { Message } from "./message.ts";
import type { PayloadPool } from "./payload-pool.ts";

/** A message whose payload's memory can go back to where it came from. */
export class IncomingMessage<H> implements Message<H> {
  header: H;
  readonly payload: Uint8Array | undefined;
  readonly #pool: PayloadPool;
  readonly #bytes: number;

  constructor(frame: Frame, pool: PayloadPool) {
    this.header = frame.header as H;
    this.payload = frame.payload;
    this.#bytes = frame.bytes;
    this.#pool = pool;
  }

  /** Bytes that it took on the wire. */
  get bytes(): number {
    return this.#bytes;
  }

  [Symbol.dispose](): void {
    if (this.payload) this.#pool.giveBack(this.payload);
  }
}
