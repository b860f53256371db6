import type { PictureDemand, PictureMessage } from "./page-messages.ts";

/** The switches that say how this viewer wants its pictures. */
export class DemandForm {
  readonly #form: HTMLFormElement;
  readonly #onDemand: (demand: PictureDemand) => void;
  #fullWidth: number | undefined;
  #fullHeight: number | undefined;

  /** @param onDemand Called when something else is wanted. */
  constructor(form: HTMLFormElement, onDemand: (demand: PictureDemand) => void) {
    this.#form = form;
    this.#onDemand = onDemand;
    form.addEventListener("change", () => onDemand(this.demand));
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** What is wanted now. */
  get demand(): PictureDemand {
    const form = new FormData(this.#form);
    const maxFps = Number(form.get("rate"));
    return {
      encoding: form.get("encoding") as PictureDemand["encoding"],
      ...(maxFps > 0 && { maxFps }),
      ...this.#limits(Number(form.get("size"))),
    };
  }

  /** Notes how large pictures are before they are scaled: a part of that can only be asked for once it is known. */
  learnSize({ fullWidth, fullHeight }: PictureMessage): void {
    if (this.#fullWidth === fullWidth && this.#fullHeight === fullHeight) return;
    this.#fullWidth = fullWidth;
    this.#fullHeight = fullHeight;
    const { demand } = this;
    if (demand.maxWidth !== undefined) this.#onDemand(demand);
  }

  #limits(part: number): Pick<PictureDemand, "maxWidth" | "maxHeight"> {
    if (part === 1 || this.#fullWidth === undefined || this.#fullHeight === undefined) return {};
    const [maxWidth, maxHeight] = [this.#fullWidth, this.#fullHeight].map((side) =>
      Math.max(2, Math.round(side / part)),
    );
    return { ...(maxWidth && { maxWidth }), ...(maxHeight && { maxHeight }) };
  }
}
