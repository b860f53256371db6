/** Milliseconds that a piece of news can be read. */
const readingTime = 7_000;

/** Says in a sentence what has happened: to be read over the picture for a while, and read aloud. */
export class Announcer {
  readonly #element: HTMLElement;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param element A live region. */
  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /** Says a sentence, in place of the one before it. */
  say(sentence: string): void {
    clearTimeout(this.#timer);
    // Written only when it changes, or it would be read aloud again.
    if (this.#element.textContent !== sentence) this.#element.textContent = sentence;
    this.#timer = setTimeout(() => {
      this.#element.textContent = "";
    }, readingTime);
  }
}
