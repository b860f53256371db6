/** How long a peer that takes nothing more may stay without an end and without a further byte, in ms. */
const patience = 1000;

/** Waits for the end of a peer that takes nothing more: what it had sent before is still to be read, but its end may never come. */
export class EndWatch {
  readonly #receivedBytes: () => number;
  readonly #onSilence: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** `onSilence` is called where nothing more has come for a while. */
  constructor(receivedBytes: () => number, onSilence: () => void) {
    this.#receivedBytes = receivedBytes;
    this.#onSilence = onSilence;
  }

  /** From now on; to be called again whenever reading goes on after a pause. */
  start(): void {
    this.stop();
    const before = this.#receivedBytes();
    const timer = setTimeout(() => {
      // This process may have been busy: what came meanwhile is read before this runs.
      setImmediate(() => {
        if (this.#timer !== timer) return;
        if (this.#receivedBytes() === before) this.#onSilence();
        else this.start();
      });
    }, patience);
    this.#timer = timer;
  }

  /** Reading has stopped, or the end is there. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
