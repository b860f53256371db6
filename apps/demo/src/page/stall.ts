/** Milliseconds. */
const length = 5_000;

/** The button that stops this viewer from acknowledging what it gets, for a while. */
export class Stall {
  readonly #button: HTMLButtonElement;
  readonly #onEnd: () => void;
  #over: Promise<void> = Promise.resolve();
  #isOn = false;

  constructor(
    button: HTMLButtonElement,
    handlers: { readonly onStart: () => void; readonly onEnd: () => void },
  ) {
    this.#button = button;
    this.#onEnd = handlers.onEnd;
    button.addEventListener("click", () => {
      if (this.#isOn) return;
      this.#over = this.#run();
      handlers.onStart();
    });
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Resolves when nothing is to be held back. */
  over(): Promise<void> {
    return this.#over;
  }

  async #run(): Promise<void> {
    const label = this.#button.textContent;
    this.#isOn = true;
    // Not disabled, which would take the focus away from whoever pressed it.
    this.#button.setAttribute("aria-disabled", "true");
    for (let left = length; left > 0; left -= 1_000) {
      this.#button.textContent = `Stalled, ${left / 1_000} s`;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    this.#button.textContent = label;
    this.#button.removeAttribute("aria-disabled");
    this.#isOn = false;
    this.#onEnd();
  }
}
