/** Interval between two checks of a source that delivers no frames, in ms. */
const checkInterval = 1000;

/**
 * Number of seconds for which a source may neither deliver a frame nor answer a check. A page loses its state when it is
 * replaced, so a busy page gets some seconds.
 */
const longestSilence = 10;

interface SourceWatchOptions {
  /** Resolves or rejects when the source responds, and never settles if the source hangs. */
  check(): Promise<unknown>;
  /** Whether frames are wanted. The source is not checked otherwise. */
  isWanted(): boolean;
  /** Called once with the seconds of silence. */
  onSilence(seconds: number): void;
}

/**
 * Detects a source that hangs. While frames arrive, nothing is checked. Intervals are counted instead of measured: if this
 * process is blocked or the machine is suspended, the time does not count as silence of the source.
 */
export class SourceWatch {
  readonly #options: SourceWatchOptions;
  readonly #timer: NodeJS.Timeout;
  #silence = 0;

  constructor(options: SourceWatchOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(), checkInterval);
  }

  /** Records a sign of life, such as a frame. */
  noteLife(): void {
    this.#silence = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const { check, isWanted, onSilence } = this.#options;
    if (!isWanted()) this.#silence = 0;
    else if (this.#silence === longestSilence) {
      this.stop();
      onSilence(longestSilence);
    } else if (this.#silence++ > 0) {
      // An error is an answer too. Earlier checks may still be pending, and each answer counts.
      const noteLife = () => this.noteLife();
      check().then(noteLife, noteLife);
    }
  }
}
