import type { WriteStream } from "node:tty";

/** Milliseconds between two status lines if the output is not a terminal. */
const plainInterval = 5000;

/** Columns of a terminal whose width is unknown. */
const usualColumns = 80;

const separator = " · ";

/** A status line: refreshed in place on a terminal, printed from time to time elsewhere. */
export class StatusLine {
  readonly #stream: WriteStream;
  #lastPlain = Number.NEGATIVE_INFINITY;
  readonly #noted = new Set<string>();
  #isShown = false;

  constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  /** Shows the status. On a terminal, parts that do not fit are left out as a whole. */
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

  /** Prints a permanent line above the status. */
  note(text: string): void {
    this.#clear();
    this.#stream.write(`${text}\n`);
  }

  /** Like {@link note}, but prints each text only once. */
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

/** Leaves out whole parts, because a truncated address would be wrong. */
function fitting(parts: readonly string[], columns: number): string {
  return parts.reduce((line, part) => {
    const longer = line === "" ? part : line + separator + part;
    return longer.length <= columns ? longer : line;
  }, "");
}
