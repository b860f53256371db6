/** Time after which a hint fades, in ms. */
const readingTime = 5_000;

/** Distance in pixels at which a hint makes way for the pointer. */
const clearance = 16;

/**
 * Shows a hint over the lower edge of the video. The hint covers a part of the captured page, so it fades after a while, and
 * at once when the pointer comes near. While the viewer can take control, it stays near the pointer, because it invites a
 * click, and it appears again when the pointer enters the video.
 */
export class HintChip {
  readonly #hint: HTMLElement;
  readonly #stage: HTMLElement;
  #fading: ReturnType<typeof setTimeout> | undefined;
  /** Whether the pointer was elsewhere since the hint has appeared. Otherwise a click on a hint would hide the next one. */
  #wasClear = false;

  /** @param signal Removes the listeners. */
  constructor(stage: HTMLElement, hint: HTMLElement, signal: AbortSignal) {
    this.#stage = stage;
    this.#hint = hint;
    const listen = (
      type: "pointerenter" | "pointermove" | "pointerleave",
      on: (event: PointerEvent) => void,
    ) => stage.addEventListener(type, on, { signal, capture: true });
    listen("pointerenter", ({ target, pointerType }) => {
      // A finger enters with each tap.
      const isEntered = target === stage && pointerType !== "touch";
      if (isEntered && stage.dataset.control === "possible") this.#appear();
    });
    listen("pointermove", (event) => this.#makeWay(event));
    listen("pointerleave", ({ target }) => {
      if (target === stage) hint.removeAttribute("data-aside");
    });
  }

  /** Sets the text. A new text appears at once. */
  set text(text: string) {
    if (this.#hint.textContent === text) return;
    this.#hint.textContent = text;
    this.#appear();
  }

  #appear(): void {
    for (const attribute of ["data-faded", "data-aside"]) this.#hint.removeAttribute(attribute);
    this.#wasClear = false;
    clearTimeout(this.#fading);
    this.#fading = setTimeout(() => this.#hint.setAttribute("data-faded", ""), readingTime);
  }

  #makeWay({ clientX: x, clientY: y }: PointerEvent): void {
    if (this.#hint.hasAttribute("data-faded") || this.#stage.dataset.control === "possible") return;
    const { left, right, top, bottom } = this.#hint.getBoundingClientRect();
    const isNear =
      x > left - clearance && x < right + clearance && y > top - clearance && y < bottom + clearance;
    this.#wasClear ||= !isNear;
    this.#hint.toggleAttribute("data-aside", isNear && this.#wasClear);
  }
}
