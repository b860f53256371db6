import type { TimeMessage } from "./page-messages.ts";

const remembered = 20;
/** Answers that it takes to know the clock well; the first ones come while the page is still busy with itself. */
const enough = 6;

/** How far the app's monotonic clock is ahead of this page's, by questions for the time. */
export class ClockSync {
  #answers: { readonly roundTrip: number; readonly ahead: number }[] = [];

  /** Microseconds of this page's clock. */
  static now(): number {
    return performance.now() * 1_000;
  }

  /** Forgets what was learnt from an earlier connection. */
  reset(): void {
    this.#answers = [];
  }

  /** Whether the clock is known well; until then, ask again at once. */
  get isKnown(): boolean {
    return this.#answers.length >= enough;
  }

  /** Takes in an answer. */
  learn({ sent, now }: TimeMessage): void {
    const received = ClockSync.now();
    this.#answers.push({ roundTrip: received - sent, ahead: now - (sent + received) / 2 });
    if (this.#answers.length > remembered) this.#answers.shift();
  }

  /** Milliseconds since a moment of the app's clock; undefined while the clock is not known well. */
  since(timestamp: number): number | undefined {
    // The quickest answer waited least on its way, and so says most exactly when it was given.
    const [first, ...rest] = this.#answers;
    if (first === undefined || !this.isKnown) return undefined;
    const best = rest.reduce((best, answer) => (answer.roundTrip < best.roundTrip ? answer : best), first);
    return (ClockSync.now() + best.ahead - timestamp) / 1_000;
  }
}
