import type { Scheduler } from "../../src/index.ts";

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that moves only when a test advances it. */
export class FakeScheduler implements Scheduler {
  /** The requested delays, in ms. */
  readonly delays: number[] = [];
  readonly #timers = new Set<Timer>();
  #now = 0;

  /** The number of timers that have neither fired nor been cancelled. */
  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  schedule(callback: () => void, delay: number): () => void {
    const timer = { at: this.#now + delay, callback };
    this.delays.push(delay);
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Advances the clock and fires the timers that are due. */
  advance(ms: number): void {
    this.#now += ms;
    for (const timer of this.#timers) {
      if (timer.at > this.#now) continue;
      this.#timers.delete(timer);
      timer.callback();
    }
  }
}
