/** Milliseconds that an announcement stays on the page. */
const readingTime = 7_000;

/** Announces what has happened: shows one sentence over the video for a while, and has screen readers read it aloud. */
export class Announcer {
  readonly #element: HTMLElement;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param element A live region. */
  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /** Shows a sentence in place of the one before it. */
  say(sentence: string): void {
    clearTimeout(this.#timer);
    // A live region that is set to the same text is read aloud again.
    if (this.#element.textContent !== sentence) this.#element.textContent = sentence;
    this.#timer = setTimeout(() => {
      this.#element.textContent = "";
    }, readingTime);
  }
}
