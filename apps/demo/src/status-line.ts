import type { WriteStream } from "node:tty";

/** Where nobody watches a terminal, a line is printed this often only, in ms. */
const plainInterval = 5000;

/** Of a terminal that does not tell how wide it is. */
const usualColumns = 80;

const separator = " · ";

/** One line that refreshes in place on a terminal, and a plain line now and then elsewhere. */
export class StatusLine {
  readonly #stream: WriteStream;
  #lastPlain = Number.NEGATIVE_INFINITY;
  readonly #noted = new Set<string>();
  #isShown = false;

  constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  /** Shows the newest status: of its parts, on a terminal, those that there is room for, each of them whole. */
  show(parts: readonly string[]): void {
    if (this.#stream.isTTY) {
      this.#clear();
      this.#stream.write(fitting(parts, (this.#stream.columns || usualColumns) - 1));
      this.#isShown = true;
    } else if (performance.now() - this.#lastPlain >= plainInterval) {
      this.#lastPlain = performance.now();
      this.#stream.write(`${parts.join(separator)}\n`);
    }
  }

  /** Prints a line that stays; the status goes on below it. */
  note(text: string): void {
    this.#clear();
    this.#stream.write(`${text}\n`);
  }

  /** Prints a line that stays, unless it has been printed this way before. */
  noteOnce(text: string): void {
    if (this.#noted.has(text)) return;
    this.#noted.add(text);
    this.note(text);
  }

  #clear(): void {
    if (!this.#isShown) return;
    this.#stream.cursorTo(0);
    this.#stream.clearLine(0);
    this.#isShown = false;
  }
}

/** An address that is cut is a wrong one. */
function fitting(parts: readonly string[], columns: number): string {
  return parts.reduce((line, part) => {
    const longer = line === "" ? part : line + separator + part;
    return longer.length <= columns ? longer : line;
  }, "");
}
