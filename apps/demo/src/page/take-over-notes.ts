import type { Rotation } from "@broadcast-ipc/image-codec";
import type { InputMessage } from "../input-message.ts";
import { TakeOver } from "./take-over.ts";

/** Tells the viewer how to send input to the source by taking over the video, and how to release the video. */
export class TakeOverNotes {
  readonly #takeOver: TakeOver;
  readonly #root: HTMLElement;
  #isPossible = false;

  /**
   * @param root Contains the elements with `data-take-over`. The `data-input` attribute of `root` is set to the state.
   * @param onInput Called with each input.
   */
  constructor(video: HTMLCanvasElement, root: HTMLElement, onInput: (input: InputMessage) => void) {
    this.#root = root;
    this.#takeOver = new TakeOver(video, { onInput, onChange: () => this.#tell() });
    // Listens to "pointerdown", because the video has already lost the focus at "click".
    this.#find("release")?.addEventListener("pointerdown", () => this.#takeOver.release());
  }

  /** The rotation of the video. */
  set rotation(rotation: Rotation) {
    this.#takeOver.rotation = rotation;
  }

  /** Sets whether the source accepts input. */
  offer(isPossible: boolean): void {
    if (isPossible === this.#isPossible) return;
    this.#isPossible = isPossible;
    this.#takeOver.offer(isPossible);
    this.#tell();
  }

  #tell(): void {
    const { isTaken } = this.#takeOver;
    this.#root.dataset.input = isTaken ? "taken" : this.#isPossible ? "offered" : "none";
    this.#write("hint", this.#hint(isTaken));
    this.#write("spoken", isTaken ? "Press Escape twice to leave the video." : "");
  }

  #hint(isTaken: boolean): string {
    if (!this.#isPossible) return "";
    return isTaken
      ? "Pointer and keyboard go to the source. Press Escape twice to leave."
      : "Click the video to take over.";
  }

  #write(name: string, text: string): void {
    const element = this.#find(name);
    // Screen readers would read a live region again if its text were set to the same value.
    if (element !== null && element.textContent !== text) element.textContent = text;
  }

  #find(name: string): HTMLElement | null {
    return this.#root.querySelector<HTMLElement>(`[data-take-over="${name}"]`);
  }
}
