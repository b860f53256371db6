import { makeButton, makeElement } from "./make-element.ts";

const maxToasts = 3;
const shownFor = 6_000;

/** Shows short messages at the bottom of the frame. Screen readers read each message. */
export class Toasts {
  readonly #list: HTMLElement = makeElement("div", { class: "toasts", role: "status" });
  /** Read by screen readers, and not visible. */
  readonly #spoken: HTMLElement = makeElement("div", { class: "spoken", role: "status" });

  constructor(layer: HTMLElement) {
    layer.append(this.#list, this.#spoken);
  }

  /** Shows a message for six seconds, or until it is closed. A fourth message replaces the oldest one. */
  show(text: string, { stays = false }: { stays?: boolean } = {}): void {
    const shown = [...this.#list.children];
    // A page can cause the same message many times, for example by downloads.
    for (const toast of shown) if (toast.firstChild?.textContent === text) toast.remove();
    while (this.#list.childElementCount >= maxToasts) this.#list.firstElementChild?.remove();
    const toast = makeElement("div", { class: "toast", part: "toast" }, makeElement("span", {}, text));
    const close = makeButton("×", () => toast.remove());
    close.setAttribute("aria-label", "Close the message");
    toast.append(close);
    this.#list.append(toast);
    if (stays) return;
    const timer = setInterval(() => {
      // Stays while the pointer or the focus is on it.
      if (toast.matches(":hover, :focus-within")) return;
      clearInterval(timer);
      toast.remove();
    }, shownFor);
  }

  /** Has screen readers read a text. */
  announce(text: string): void {
    this.#spoken.textContent = text;
  }

  clear(): void {
    this.#list.replaceChildren();
    this.#spoken.textContent = "";
  }
}
