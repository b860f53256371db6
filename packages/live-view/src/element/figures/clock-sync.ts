import type { TimeMessage } from "../../wire/view-messages.ts";

const remembered = 20;
/**
 * Number of answers after which the clock offset is known. The first answers are inaccurate, because the page is still
 * loading.
 */
const enough = 6;

/** Estimates the offset between the server's monotonic clock and the page's clock from the answers to time requests. */
export class ClockSync {
  #answers: { readonly roundTrip: number; readonly ahead: number }[] = [];

  /** Time of the page's clock in microseconds. */
  static now(): number {
    return performance.now() * 1_000;
  }

  /** Discards the answers of an earlier connection. */
  reset(): void {
    this.#answers = [];
  }

  /** Whether enough answers have arrived. Until then, send the next time request immediately. */
  get isKnown(): boolean {
    return this.#answers.length >= enough;
  }

  /** Records the server's answer to a time request. */
  learn({ sent, now }: TimeMessage): void {
    const received = ClockSync.now();
    // An answer to a request of an earlier connection or an invalid answer would make ages negative.
    if (!(sent <= received) || !Number.isFinite(now)) return;
    this.#answers.push({ roundTrip: received - sent, ahead: now - (sent + received) / 2 });
    if (this.#answers.length > remembered) this.#answers.shift();
  }

  /**
   * Returns the age in ms of a timestamp of the server's clock, at least 0, or `undefined` until enough answers have
   * arrived.
   */
  since(timestamp: number): number | undefined {
    // The answer with the shortest round trip has the smallest error.
    const [first, ...rest] = this.#answers;
    if (first === undefined || !this.isKnown) return undefined;
    const best = rest.reduce((best, answer) => (answer.roundTrip < best.roundTrip ? answer : best), first);
    return Math.max(0, (ClockSync.now() + best.ahead - timestamp) / 1_000);
  }
}
