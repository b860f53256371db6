import type { ScheduledFrame } from "./scheduled-frame.ts";

/** What the uploader's picture lane knows of one connection, whose pictures are counted from 1. */
export class FrameCredit {
  #sequence = 0;
  #creditedThrough = 0;
  #consumedThrough = 0;
  #needsKeyFrame = true;

  /** How many pictures may be sent before the receiver gives more credit. */
  get credit(): number {
    return this.#creditedThrough - this.#sequence;
  }

  /** How many pictures the receiver has consumed: its own number, but at most the number sent. */
  get consumed(): number {
    return Math.min(this.#consumedThrough, this.#sequence);
  }

  acknowledge(through: number, consumed: number): void {
    this.#creditedThrough = Math.max(this.#creditedThrough, through);
    this.#consumedThrough = Math.max(this.#consumedThrough, consumed);
  }

  isConsumed({ sequence }: ScheduledFrame<unknown>): boolean {
    return sequence <= this.#consumedThrough;
  }

  /** The next turn is to be whole. */
  requireKeyFrame(): void {
    this.#needsKeyFrame = true;
  }

  nextTurn<S>(sample: S): ScheduledFrame<S> {
    this.#sequence++;
    const turn = { sample, sequence: this.#sequence, keyFrame: this.#needsKeyFrame };
    this.#needsKeyFrame = false;
    return turn;
  }

  /** The last turn never reached the receiver, so its credit remains. */
  undoTurn(): void {
    this.#sequence--;
    this.requireKeyFrame();
  }
}
