/** How long the connection stays open without a byte from the peer, in ms. */
const silenceTimeout = 1000;

/**
 * Bounds the wait for the peer's last bytes after a write has failed because the peer is gone. The stream may never report its
 * end.
 */
export class EndWatch {
  readonly #receivedBytes: () => number;
  readonly #onSilence: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** `onSilence` is called when no byte has arrived for {@link silenceTimeout} ms. */
  constructor(receivedBytes: () => number, onSilence: () => void) {
    this.#receivedBytes = receivedBytes;
    this.#onSilence = onSilence;
  }

  /** Starts or restarts the wait. Must also be called whenever reading resumes after a pause. */
  start(): void {
    this.stop();
    const before = this.#receivedBytes();
    const timer = setTimeout(() => {
      // If this process was blocked, bytes that arrived in that time are read before this callback runs.
      setImmediate(() => {
        if (this.#timer !== timer) return;
        if (this.#receivedBytes() === before) this.#onSilence();
        else this.start();
      });
    }, silenceTimeout);
    this.#timer = timer;
  }

  /** Stops the wait. Must be called when reading pauses or has ended. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
