import type { BroadcastView, Figures } from "@broadcast-ipc/live-view/element";

/** The form in which the viewer chooses the encoding, the frame rate and the size. */
export class DemandForm {
  readonly #form: HTMLFormElement;
  readonly #view: BroadcastView;
  #fullWidth: number | undefined;

  constructor(form: HTMLFormElement, view: BroadcastView) {
    this.#form = form;
    this.#view = view;
    form.addEventListener("change", () => this.#apply());
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** Records the unscaled size of the frames, from which half size and quarter size are calculated. */
  learnSize({ fullWidth }: Figures): void {
    if (this.#fullWidth === fullWidth) return;
    this.#fullWidth = fullWidth;
    this.#apply();
  }

  #apply(): void {
    const form = new FormData(this.#form);
    const part = Number(form.get("size"));
    const view = this.#view;
    view.encoding = form.get("encoding") as BroadcastView["encoding"];
    view.maxFps = Number(form.get("rate")) || undefined;
    const isFull = part === 1 || this.#fullWidth === undefined;
    view.maxWidth = isFull ? undefined : Math.max(2, Math.round((this.#fullWidth ?? 0) / part));
  }
}
