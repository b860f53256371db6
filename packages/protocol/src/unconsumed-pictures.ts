import { Fifo } from "./fifo.ts";
import type { PendingPicture } from "./pending-picture.ts";
import type { Sending } from "./sending.ts";
import type { VideoConnection } from "./video-connection.ts";

/** With `delivery: "all"`, the pictures that were sent and are not consumed yet, in order. */
export class UnconsumedPictures<S> {
  readonly #sent = new Fifo<Sending<S>>();

  get length(): number {
    return this.#sent.length;
  }

  has(entry: PendingPicture<S>): boolean {
    for (const sending of this.#sent) if (sending.entry === entry) return true;
    return false;
  }

  push(sending: Sending<S>): void {
    this.#sent.push(sending);
  }

  /** Removes and returns the pictures that were consumed on this connection. */
  takeConsumed(connection: VideoConnection): PendingPicture<S>[] {
    const consumed: PendingPicture<S>[] = [];
    for (const { entry, turn } of this.#sent) {
      if (!connection.isConsumed(turn)) break;
      consumed.push(entry);
    }
    for (const _ of consumed) this.#sent.shift();
    return consumed;
  }

  takeAll(): PendingPicture<S>[] {
    return this.#sent.clear().map(({ entry }) => entry);
  }
}
