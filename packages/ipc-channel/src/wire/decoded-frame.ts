import type { FrameKind, ReceivedFrame } from "./frame.ts";
import type { PayloadMemory } from "./payload-pool.ts";

/** A frame whose payload may not have arrived yet. */
export class DecodedFrame implements ReceivedFrame {
  readonly kind: FrameKind;
  header: unknown;
  readonly payload: Uint8Array | undefined;
  readonly bytes: number;
  readonly #memory: Pick<PayloadMemory, "giveBack">;

  /** `memory` gets the payload back when the frame is disposed. */
  constructor(
    kind: FrameKind,
    header: unknown,
    payload: Uint8Array | undefined,
    bytes: number,
    memory: Pick<PayloadMemory, "giveBack">,
  ) {
    this.kind = kind;
    this.header = header;
    this.payload = payload;
    this.bytes = bytes;
    this.#memory = memory;
  }

  [Symbol.dispose](): void {
    if (this.payload) this.#memory.giveBack(this.payload);
  }
}
