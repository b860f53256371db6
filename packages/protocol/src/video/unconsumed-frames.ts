import { Fifo } from "../fifo.ts";
import type { FrameCredit } from "./frame-credit.ts";
import type { InFlightFrame } from "./in-flight-frame.ts";
import type { PendingFrame } from "./pending-frame.ts";

/** With `delivery: "all"`, the pictures that were sent and are not consumed yet, in order. */
export class UnconsumedFrames<S> {
  readonly #sent = new Fifo<InFlightFrame<S>>();

  get length(): number {
    return this.#sent.length;
  }

  has(entry: PendingFrame<S>): boolean {
    for (const sending of this.#sent) if (sending.entry === entry) return true;
    return false;
  }

  push(sending: InFlightFrame<S>): void {
    this.#sent.push(sending);
  }

  /** Removes and returns the pictures that were consumed on this connection. */
  takeConsumed(connection: FrameCredit): PendingFrame<S>[] {
    const consumed: PendingFrame<S>[] = [];
    for (const { entry, turn } of this.#sent) {
      if (!connection.isConsumed(turn)) break;
      consumed.push(entry);
    }
    for (const _ of consumed) this.#sent.shift();
    return consumed;
  }

  takeAll(): PendingFrame<S>[] {
    return this.#sent.clear().map(({ entry }) => entry);
  }
}
