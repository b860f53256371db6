import type { WriteStream } from "node:tty";

/** Minimum interval between two status lines if the output is not a terminal, in ms. */
const plainInterval = 5000;

/** Assumed columns of a terminal whose width is unknown. */
const usualColumns = 80;

const separator = " · ";

/** Shows a status line: in place on a terminal, otherwise as a new line every few seconds. */
export class StatusLine {
  readonly #stream: WriteStream;
  #lastPlain = Number.NEGATIVE_INFINITY;
  readonly #noted = new Set<string>();
  #isShown = false;

  constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  /** Shows the status. On a terminal, parts that do not fit are omitted. */
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

/** Joins the parts that fit. No part is truncated, because a truncated address would be wrong. */
function fitting(parts: readonly string[], columns: number): string {
  return parts.reduce((line, part) => {
    const longer = line === "" ? part : line + separator + part;
    return longer.length <= columns ? longer : line;
  }, "");
}
