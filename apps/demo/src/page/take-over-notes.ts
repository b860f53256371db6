import type { Rotation } from "@broadcast-ipc/image-codec";
import type { InputMessage } from "../input-message.ts";
import { TakeOver } from "./take-over.ts";

/** Says whether the picture can be taken over, and whether it is; and how to leave it. */
export class TakeOverNotes {
  readonly #takeOver: TakeOver;
  readonly #root: HTMLElement;
  #isPossible = false;

  /**
   * @param root Holds the elements with `data-take-over`; its `data-input` says how it stands.
   * @param onInput Called with what is done to the picture.
   */
  constructor(picture: HTMLCanvasElement, root: HTMLElement, onInput: (input: InputMessage) => void) {
    this.#root = root;
    this.#takeOver = new TakeOver(picture, { onInput, onChange: () => this.#tell() });
    // By the press: the click that follows finds the picture without its focus already.
    this.#find("release")?.addEventListener("pointerdown", () => this.#takeOver.release());
  }

  /** How the picture is turned. */
  set rotation(rotation: Rotation) {
    this.#takeOver.rotation = rotation;
  }

  /** Says whether somebody takes what is done here. */
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
    this.#write("spoken", isTaken ? "Press Escape twice to leave the picture." : "");
  }

  #hint(isTaken: boolean): string {
    if (!this.#isPossible) return "";
    return isTaken
      ? "Pointer and keyboard go to the picture. Escape twice leaves it."
      : "Click the picture to take over.";
  }

  #write(name: string, text: string): void {
    const element = this.#find(name);
    // Written only when it changes, or it would be read aloud again.
    if (element !== null && element.textContent !== text) element.textContent = text;
  }

  #find(name: string): HTMLElement | null {
    return this.#root.querySelector<HTMLElement>(`[data-take-over="${name}"]`);
  }
}
