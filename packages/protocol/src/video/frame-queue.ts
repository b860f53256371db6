import type { PendingFrame } from "./pending-frame.ts";

/**
 * Pictures that wait to be sent, each once, in the order in which they were offered. An array is fast enough, because a
 * {@link VideoLane} keeps only about {@link maxPendingFrames}.
 */
export class FrameQueue<S> {
  #waiting: PendingFrame<S>[] = [];

  get length(): number {
    return this.#waiting.length;
  }

  has(entry: PendingFrame<S>): boolean {
    return this.#waiting.includes(entry);
  }

  /** In which order they are given does not matter, nor whether one is waiting already. */
  add(...entries: readonly PendingFrame<S>[]): void {
    this.#waiting = [...new Set([...this.#waiting, ...entries])].sort(
      (one, other) => one.order - other.order,
    );
  }

  /** Takes the oldest one. */
  shift(): PendingFrame<S> | undefined {
    return this.#waiting.shift();
  }

  /** Takes all but the newest ones, of which this many stay. */
  takeAllBut(count: number): PendingFrame<S>[] {
    return this.#waiting.splice(0, this.#waiting.length - count);
  }
}
