/**
 * The hidden text field that has the focus while the viewer has control. Only a text field gets the text of input
 * methods, dead keys and on-screen keyboards.
 */
export class KeyField {
  readonly element: HTMLTextAreaElement;
  #isRefocusing = false;

  constructor() {
    const field = document.createElement("textarea");
    this.element = field;
    field.className = "keyboard";
    // Reached from the canvas, not with Tab.
    field.tabIndex = -1;
    field.disabled = true;
    field.autocapitalize = "off";
    field.spellcheck = false;
    field.setAttribute("autocomplete", "off");
    field.setAttribute("autocorrect", "off");
    field.setAttribute("aria-label", "Keyboard input for the video. Press Escape twice to leave.");
  }

  /** Whether the field loses the focus only to get it back at once. */
  get isRefocusing(): boolean {
    return this.#isRefocusing;
  }

  /** Sets the focus. By touch, the on-screen keyboard stays hidden. */
  focus(isTouch: boolean): void {
    this.element.inputMode = isTouch ? "none" : "";
    this.element.focus({ preventScroll: true });
  }

  /** Shows or hides the on-screen keyboard. */
  showKeyboard(isShown: boolean): void {
    const field = this.element;
    field.inputMode = isShown ? "text" : "none";
    // Phones read the input mode when a field gets the focus.
    this.#isRefocusing = true;
    field.blur();
    this.#isRefocusing = false;
    field.focus({ preventScroll: true });
  }

  /** Moves the field to a press, so that an input method shows its suggestions there. */
  moveTo({ clientX, clientY }: MouseEvent): void {
    this.element.style.left = `${clientX}px`;
    this.element.style.top = `${clientY}px`;
  }
}
