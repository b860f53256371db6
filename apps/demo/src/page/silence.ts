import type { PictureMessage, SilenceMessage } from "./page-messages.ts";

/** A time in which nothing comes, and why: since when, and with which picture it is over. */
export class Silence {
  #message: SilenceMessage | undefined;
  #start = 0;
  /** Timestamp of the first picture that is new. */
  #resumedFrom: number | undefined;

  /** What was told about it; `undefined` where pictures come. */
  get message(): SilenceMessage | undefined {
    return this.#message;
  }

  /** Seconds since it began. */
  get seconds(): number {
    return (performance.now() - this.#start) / 1_000;
  }

  begin(message: SilenceMessage): void {
    if (this.#message === undefined) this.#start = performance.now();
    this.#message = message;
    this.#resumedFrom = undefined;
  }

  /** Notes that pictures from this timestamp on are new. */
  resume(timestamp: number): void {
    this.#resumedFrom = timestamp;
  }

  /** Forgets it, with the connection over which it was told. */
  forget(): void {
    this.#message = undefined;
  }

  /** Whether it is over once this picture is shown; one from before it may still have been under way. */
  endsWith({ timestamp }: PictureMessage): boolean {
    return this.#resumedFrom !== undefined && timestamp >= this.#resumedFrom;
  }
}
