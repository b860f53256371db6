import type { FrameMessage, SilenceMessage } from "./page-messages.ts";

/** Tracks an interruption of the broadcast: its reason, its start, and the frame that ends it. */
export class Silence {
  #message: SilenceMessage | undefined;
  #start = 0;
  /** Timestamp of the first frame after the interruption; `undefined` until the app reports the timestamp. */
  #resumedFrom: number | undefined;

  /** The message that reported the interruption; `undefined` while the broadcast is not interrupted. */
  get message(): SilenceMessage | undefined {
    return this.#message;
  }

  /** Seconds since the interruption began. */
  get seconds(): number {
    return (performance.now() - this.#start) / 1_000;
  }

  begin(message: SilenceMessage): void {
    if (this.#message === undefined) this.#start = performance.now();
    this.#message = message;
    this.#resumedFrom = undefined;
  }

  /** Records the timestamp of the first frame after the interruption. */
  resume(timestamp: number): void {
    this.#resumedFrom = timestamp;
  }

  /** Clears the interruption. */
  forget(): void {
    this.#message = undefined;
  }

  /**
   * Whether the frame ends the interruption. Frames captured before the interruption may still arrive, and do not end
   * it.
   */
  endsWith({ timestamp }: FrameMessage): boolean {
    return this.#resumedFrom !== undefined && timestamp >= this.#resumedFrom;
  }
}
