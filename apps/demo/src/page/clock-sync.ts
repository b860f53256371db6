import type { TimeMessage } from "./page-messages.ts";

const remembered = 20;
/** Answers until the clock counts as known. The first ones are inaccurate, because the page is still loading. */
const enough = 6;

/** Measures how far the app's monotonic clock is ahead of the page's clock, from the app's answers to time requests. */
export class ClockSync {
  #answers: { readonly roundTrip: number; readonly ahead: number }[] = [];

  /** Microseconds of the page's clock. */
  static now(): number {
    return performance.now() * 1_000;
  }

  /** Forgets the answers of an earlier connection. */
  reset(): void {
    this.#answers = [];
  }

  /** Whether the clock is known. Until then, send another time request at once. */
  get isKnown(): boolean {
    return this.#answers.length >= enough;
  }

  /** Takes in an answer. */
  learn({ sent, now }: TimeMessage): void {
    const received = ClockSync.now();
    this.#answers.push({ roundTrip: received - sent, ahead: now - (sent + received) / 2 });
    if (this.#answers.length > remembered) this.#answers.shift();
  }

  /** Milliseconds since a time of the app's clock; undefined while the clock is not known. */
  since(timestamp: number): number | undefined {
    // The answer with the shortest round trip has the smallest error.
    const [first, ...rest] = this.#answers;
    if (first === undefined || !this.isKnown) return undefined;
    const best = rest.reduce((best, answer) => (answer.roundTrip < best.roundTrip ? answer : best), first);
    return (ClockSync.now() + best.ahead - timestamp) / 1_000;
  }
}
