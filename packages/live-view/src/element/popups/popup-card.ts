import type { Box } from "../input/frame-place.ts";
import { cardPosition, margin } from "./card-position.ts";
import { makeElement } from "./make-element.ts";

/** What a {@link PopupCard} needs. */
export interface CardOptions {
  readonly layer: HTMLElement;
  /** Where the card belongs, in CSS pixels of the window. */
  boxOf(): Box;
  /** Whether the card is centred in the box, rather than next to it. */
  readonly isCentred: boolean;
  /** Returns the element that had the focus before the pop-ups. */
  home(): HTMLElement | undefined;
  /** Called for Escape, and for a press outside the card. */
  onCancel(): void;
  /** `"modal"`: the frame is covered, and Tab stays in the card. `"plain"`: the frame stays usable. */
  readonly kind: "modal" | "plain";
}

/** A box with a pop-up's content over the frame. Shown above all else on the page where the browser can. */
export class PopupCard {
  readonly element: HTMLElement;
  readonly #options: CardOptions;
  readonly #cover: HTMLElement | undefined;
  readonly #closing = new AbortController();

  constructor(attributes: Readonly<Record<string, string>>, options: CardOptions) {
    this.#options = options;
    const { layer, kind, isCentred, onCancel } = options;
    this.element = makeElement("div", { ...attributes, popover: "manual", tabindex: -1 });
    this.element.classList.add("card", kind);
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("keydown", ignoreRepeated, { capture: true });
    for (const type of ["keyup", "keypress"]) {
      this.element.addEventListener(type, (event) => event.stopPropagation());
    }
    if (kind === "plain") return;
    this.#cover = makeElement("div", { class: isCentred ? "cover dim" : "cover" });
    this.#cover.addEventListener("pointerdown", (event) => {
      // Keeps the focus in the card.
      event.preventDefault();
      if (!isCentred) onCancel();
    });
    this.#cover.addEventListener("mousedown", (event) => event.preventDefault());
    layer.append(this.#cover);
  }

  /** Shows the card. Moves the focus to `focus` if the focus is in the same view, so that no other typing is disturbed. */
  show(focus?: HTMLElement): void {
    const { layer } = this.#options;
    const { element } = this;
    layer.append(element);
    // Browsers without popovers show the card in the layer.
    if (layer.isConnected) element.showPopover?.();
    this.place();
    const { signal } = this.#closing;
    window.addEventListener("resize", () => this.place(), { signal });
    window.addEventListener("scroll", () => this.place(), { signal, capture: true, passive: true });
    this.focus(focus);
  }

  /** Moves the focus to an element of the card, unless the focus is outside the view. */
  focus(element: HTMLElement | undefined): void {
    const root = this.#options.layer.getRootNode();
    if (root instanceof ShadowRoot && root.activeElement !== null) element?.focus({ preventScroll: true });
  }

  /** Moves the card to its place. */
  place(): void {
    const { style } = this.element;
    const { isCentred } = this.#options;
    const box = this.#options.boxOf();
    const size = { width: document.documentElement.clientWidth, height: window.innerHeight };
    // A picker is at least as wide as its element.
    if (!isCentred) style.minWidth = `${Math.min(box.width, size.width - 2 * margin)}px`;
    const { offsetWidth, offsetHeight } = this.element;
    const { left, top } = cardPosition({ width: offsetWidth, height: offsetHeight }, box, size, isCentred);
    style.left = `${left}px`;
    style.top = `${top}px`;
  }

  /** Removes the card. A focus in the card moves to another card, or to where it was before. */
  remove(): void {
    this.#closing.abort();
    this.#cover?.remove();
    const { layer, home } = this.#options;
    const others = [...layer.querySelectorAll<HTMLElement>(".modal")].filter((card) => card !== this.element);
    // Before the removal, so that the focus does not leave the view in between.
    if (this.hasFocus) (others.at(-1) ?? home())?.focus({ preventScroll: true });
    this.element.remove();
  }

  /** Whether the focus is in the card. */
  get hasFocus(): boolean {
    return this.element.matches(":focus-within");
  }

  #key(event: KeyboardEvent): void {
    // The viewer's own page must not take the keys for its shortcuts.
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.#options.onCancel();
    } else if (event.key === "Tab" && this.#options.kind === "modal") {
      this.#moveFocus(event);
    }
  }

  #moveFocus(event: KeyboardEvent): void {
    const stops = [...this.element.querySelectorAll<HTMLElement>("button, input, [tabindex='0']")];
    const [first, last] = [stops[0], stops.at(-1)];
    const active = stops.find((stop) => stop.matches(":focus"));
    const isAtEnd = active === undefined || active === (event.shiftKey ? first : last);
    if (!isAtEnd) return;
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
}

/** A key that was held when the pop-up appeared must not answer it. */
function ignoreRepeated(event: KeyboardEvent): void {
  if (!event.repeat || !/^(Enter|Escape| )$/.test(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
}
