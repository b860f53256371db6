/** How far outside the window a view may lie and still count as visible, as a share of the window's size. */
const margin = "25%";

/**
 * Observes whether an element can be seen: its page is visible, and the element is rendered and lies within the window
 * or near it.
 */
export class Visibility {
  readonly #document: Document;
  readonly #onChange: () => void;
  readonly #observer: IntersectionObserver;
  #isNear = true;
  #isVisible: boolean;
  readonly #update = () => {
    const isVisible = this.#isNear && !this.#document.hidden;
    if (isVisible === this.#isVisible) return;
    this.#isVisible = isVisible;
    this.#onChange();
  };

  constructor(element: Element, onChange: () => void) {
    this.#document = element.ownerDocument;
    this.#onChange = onChange;
    this.#isVisible = !this.#document.hidden;
    this.#observer = new IntersectionObserver(
      (entries) => {
        // Entries are in order of time.
        this.#isNear = entries.at(-1)?.isIntersecting ?? true;
        this.#update();
      },
      { rootMargin: margin },
    );
    this.#observer.observe(element);
    this.#document.addEventListener("visibilitychange", this.#update);
  }

  get isVisible(): boolean {
    return this.#isVisible;
  }

  /** Stops observing. */
  close(): void {
    this.#observer.disconnect();
    this.#document.removeEventListener("visibilitychange", this.#update);
  }
}
