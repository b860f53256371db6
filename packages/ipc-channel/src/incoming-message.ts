import type { Frame } from "./frame.ts";
import type { Message } from "./message.ts";
import type { PayloadPool } from "./payload-pool.ts";

/** A message whose payload's memory can go back to where it came from. */
export class IncomingMessage<H> implements Message<H> {
  readonly header: H;
  readonly payload: Uint8Array | undefined;
  readonly #pool: PayloadPool;

  constructor(header: H, { payload }: Pick<Frame, "payload">, pool: PayloadPool) {
    this.header = header;
    this.payload = payload;
    this.#pool = pool;
  }

  [Symbol.dispose](): void {
    if (this.payload) this.#pool.giveBack(this.payload);
  }
}
