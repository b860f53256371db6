/** Time that an announcement stays on the page, in ms. */
const readingTime = 7_000;

/** Shows announcements over the video for a few seconds. Screen readers read each announcement aloud. */
export class Announcer {
  readonly #element: HTMLElement;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param element A live region. */
  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /** Shows a sentence, which replaces the previous announcement. */
  say(sentence: string): void {
    clearTimeout(this.#timer);
    // Screen readers would read a live region again if its text were set to the same value.
    if (this.#element.textContent !== sentence) this.#element.textContent = sentence;
    this.#timer = setTimeout(() => {
      this.clear();
    }, readingTime);
  }

  /** Removes the announcement, for example because it is not true any more. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#element.textContent = "";
  }
}
