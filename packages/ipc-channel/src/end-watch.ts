/** How long the connection may stay open without a byte from the peer, in ms. */
const patience = 1000;

/** After a write has failed because the peer is gone, bounds the wait for the rest of the peer's bytes: their end may never arrive. */
export class EndWatch {
  readonly #receivedBytes: () => number;
  readonly #onSilence: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** `onSilence` is called once no byte has arrived for {@link patience} ms. */
  constructor(receivedBytes: () => number, onSilence: () => void) {
    this.#receivedBytes = receivedBytes;
    this.#onSilence = onSilence;
  }

  /** Starts or restarts the wait. Call it again whenever reading resumes after a pause. */
  start(): void {
    this.stop();
    const before = this.#receivedBytes();
    const timer = setTimeout(() => {
      // If this process was blocked, the bytes that arrived meanwhile are read before this runs.
      setImmediate(() => {
        if (this.#timer !== timer) return;
        if (this.#receivedBytes() === before) this.#onSilence();
        else this.start();
      });
    }, patience);
    this.#timer = timer;
  }

  /** Stops the wait. Call it when reading pauses or has ended. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
