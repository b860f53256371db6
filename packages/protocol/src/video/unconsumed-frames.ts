import { Fifo } from "../fifo.ts";
import type { FrameCredit, ScheduledFrame } from "./frame-credit.ts";
import type { PendingFrame } from "./pending-frame.ts";

/** A video frame that was passed to a connection. */
export interface InFlightFrame<S> {
  readonly frame: PendingFrame<S>;
  readonly scheduled: ScheduledFrame<S>;
  readonly connection: FrameCredit;
}

/** The video frames that were sent with `delivery: "all"` and are not consumed, in order. */
export class UnconsumedFrames<S> {
  readonly #sent = new Fifo<InFlightFrame<S>>();

  get length(): number {
    return this.#sent.length;
  }

  push(sent: InFlightFrame<S>): void {
    sent.frame.unconsumed++;
    this.#sent.push(sent);
  }

  /** Removes and returns the frames that were consumed on this connection. */
  takeConsumed(connection: FrameCredit): PendingFrame<S>[] {
    let count = 0;
    for (const { scheduled } of this.#sent) {
      if (!connection.isConsumed(scheduled)) break;
      count++;
    }
    return this.#take(count);
  }

  /** Removes and returns all frames. */
  takeAll(): PendingFrame<S>[] {
    return this.#take(this.#sent.length);
  }

  #take(count: number): PendingFrame<S>[] {
    return Array.from({ length: count }, () => {
      const { frame } = this.#sent.shift() as InFlightFrame<S>;
      frame.unconsumed--;
      return frame;
    });
  }
}
