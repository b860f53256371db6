import type { FrameMessage, SilenceMessage } from "./page-messages.ts";

/** An interruption: its reason, its start, and the frame that ends it. */
export class Silence {
  #message: SilenceMessage | undefined;
  #start = 0;
  /** Timestamp of the first frame that is new. */
  #resumedFrom: number | undefined;

  /** The message that reported the interruption; `undefined` while there is none. */
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

  /** Frames from this timestamp on are new. */
  resume(timestamp: number): void {
    this.#resumedFrom = timestamp;
  }

  /** Clears the interruption, because it has ended or its connection was lost. */
  forget(): void {
    this.#message = undefined;
  }

  /** Whether this frame ends the interruption. A frame captured before it may still arrive. */
  endsWith({ timestamp }: FrameMessage): boolean {
    return this.#resumedFrom !== undefined && timestamp >= this.#resumedFrom;
  }
}
