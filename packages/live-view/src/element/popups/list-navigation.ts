/** Maximum time between two keys of a type-ahead, in ms. */
const typingPause = 700;

/** What the navigation needs to know about an option. */
interface ListOption {
  readonly label: string;
  readonly disabled?: boolean;
}

/** Finds the option that a key leads to: arrows, Home, End, Page Up, Page Down, and the first letters of a label. */
export class ListNavigation {
  readonly #options: readonly ListOption[];
  readonly #pageSize: number;
  #typed = "";
  #lastTyped = Number.NEGATIVE_INFINITY;

  constructor(options: readonly ListOption[], pageSize = 10) {
    this.#options = options;
    this.#pageSize = pageSize;
  }

  /** Returns the index that a key leads to from `index`, or `undefined` if the key does not move. */
  move(key: string, index: number): number | undefined {
    const end = this.#options.length - 1;
    switch (key) {
      case "ArrowDown":
        return this.#nearest(index + 1, 1);
      case "ArrowUp":
        return this.#nearest(index < 0 ? end : index - 1, -1);
      case "Home":
        return this.#nearest(0, 1);
      case "End":
        return this.#nearest(end, -1);
      case "PageDown":
        return this.#nearest(Math.min(end, index + this.#pageSize), 1) ?? this.#nearest(end, -1);
      case "PageUp":
        return this.#nearest(Math.max(0, index - this.#pageSize), -1) ?? this.#nearest(0, 1);
      default:
        return undefined;
    }
  }

  /** Whether a space belongs to the text that is being typed. */
  isTyping(timeStamp: number): boolean {
    return this.#typed !== "" && timeStamp - this.#lastTyped < typingPause;
  }

  /**
   * Returns the index of the option whose label starts with the typed letters, from `index` on. The same letter again
   * leads to the next option that starts with it.
   */
  type(letter: string, index: number, timeStamp: number): number | undefined {
    this.#typed = (this.isTyping(timeStamp) ? this.#typed : "") + letter.toLowerCase();
    this.#lastTyped = timeStamp;
    const isSameLetter = [...this.#typed].every((typed) => typed === this.#typed[0]);
    const wanted = isSameLetter ? letter.toLowerCase() : this.#typed;
    const start = Math.max(0, index) + (isSameLetter && index >= 0 ? 1 : 0);
    const count = this.#options.length;
    for (let step = 0; step < count; step++) {
      const found = (start + step) % count;
      const { label = "", disabled } = this.#options[found] ?? {};
      if (!disabled && label.trim().toLowerCase().startsWith(wanted)) return found;
    }
    return undefined;
  }

  /** Returns the first enabled option from `index` in a direction. */
  #nearest(index: number, step: 1 | -1): number | undefined {
    for (let at = index; at >= 0 && at < this.#options.length; at += step) {
      if (!this.#options[at]?.disabled) return at;
    }
    return undefined;
  }
}
