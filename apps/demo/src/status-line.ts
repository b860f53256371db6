import type { WriteStream } from "node:tty";

/** Where nobody watches a terminal, a line is printed this often only, in ms. */
const plainInterval = 5000;

/** One line that refreshes in place on a terminal, and a plain line now and then elsewhere. */
export class StatusLine {
  readonly #stream: WriteStream;
  #lastPlain = Number.NEGATIVE_INFINITY;
  #isShown = false;

  constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  /** Shows the newest status. */
  show(text: string): void {
    if (this.#stream.isTTY) {
      this.#clear();
      this.#stream.write(text.slice(0, this.#stream.columns - 1));
      this.#isShown = true;
    } else if (performance.now() - this.#lastPlain >= plainInterval) {
      this.#lastPlain = performance.now();
      this.#stream.write(`${text}\n`);
    }
  }

  /** Prints a line that stays; the status goes on below it. */
  note(text: string): void {
    this.#clear();
    this.#stream.write(`${text}\n`);
  }

  #clear(): void {
    if (!this.#isShown) return;
    this.#stream.cursorTo(0);
    this.#stream.clearLine(0);
    this.#isShown = false;
  }
}
