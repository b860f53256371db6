import type { FrameDemand, FrameMessage } from "./page-messages.ts";

/** The form in which the viewer chooses the encoding, the frame rate and the size. */
export class DemandForm {
  readonly #form: HTMLFormElement;
  readonly #onDemand: (demand: FrameDemand) => void;
  #fullWidth: number | undefined;
  #fullHeight: number | undefined;

  /** @param onDemand Called with the new demand after each change. */
  constructor(form: HTMLFormElement, onDemand: (demand: FrameDemand) => void) {
    this.#form = form;
    this.#onDemand = onDemand;
    form.addEventListener("change", () => onDemand(this.demand));
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** The current demand. */
  get demand(): FrameDemand {
    const form = new FormData(this.#form);
    const maxFps = Number(form.get("rate"));
    return {
      encoding: form.get("encoding") as FrameDemand["encoding"],
      ...(maxFps > 0 && { maxFps }),
      ...this.#limits(Number(form.get("size"))),
    };
  }

  /** Records the unscaled size of the frames, from which half size and quarter size are calculated. */
  learnSize({ fullWidth, fullHeight }: FrameMessage): void {
    if (this.#fullWidth === fullWidth && this.#fullHeight === fullHeight) return;
    this.#fullWidth = fullWidth;
    this.#fullHeight = fullHeight;
    const { demand } = this;
    if (demand.maxWidth !== undefined) this.#onDemand(demand);
  }

  #limits(part: number): Pick<FrameDemand, "maxWidth" | "maxHeight"> {
    if (part === 1 || this.#fullWidth === undefined || this.#fullHeight === undefined) return {};
    const [maxWidth, maxHeight] = [this.#fullWidth, this.#fullHeight].map((side) =>
      Math.max(2, Math.round(side / part)),
    );
    return { ...(maxWidth && { maxWidth }), ...(maxHeight && { maxHeight }) };
  }
}
