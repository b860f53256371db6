/** Duration of a stall, in ms. */
const length = 5_000;

/** The button that stalls this viewer: for five seconds, the page acknowledges no frames. */
export class Stall {
  readonly #button: HTMLButtonElement;
  readonly #onEnd: () => void;
  #over: Promise<void> = Promise.resolve();
  #isOffered = false;
  #isOn = false;

  constructor(
    button: HTMLButtonElement,
    handlers: { readonly onStart: () => void; readonly onEnd: () => void },
  ) {
    this.#button = button;
    this.#onEnd = handlers.onEnd;
    button.addEventListener("click", () => {
      if (this.#isOn || !this.#isOffered) return;
      this.#over = this.#run();
      handlers.onStart();
    });
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Enables or disables the button. */
  offer(isOffered: boolean): void {
    this.#isOffered = isOffered;
    this.#tell();
  }

  /** Resolves when the current stall has ended, or at once if the viewer is not stalled. */
  over(): Promise<void> {
    return this.#over;
  }

  async #run(): Promise<void> {
    const label = this.#button.textContent;
    this.#isOn = true;
    this.#tell();
    for (let left = length; left > 0; left -= 1_000) {
      this.#button.textContent = `Stalled, ${left / 1_000} s`;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    this.#button.textContent = label;
    this.#isOn = false;
    this.#tell();
    this.#onEnd();
  }

  /** Sets aria-disabled instead of `disabled`, because a disabled button would lose the keyboard focus. */
  #tell(): void {
    this.#button.ariaDisabled = String(this.#isOn || !this.#isOffered);
  }
}
