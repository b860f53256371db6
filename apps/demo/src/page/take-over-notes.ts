import type { Rotation } from "@broadcast-ipc/image-codec";
import type { InputMessage } from "../input-message.ts";
import type { Announcer } from "./announcer.ts";
import { TakeOver } from "./take-over.ts";

/** Says whether the picture can be taken over, and whether it is; and how to leave it. */
export class TakeOverNotes {
  readonly #takeOver: TakeOver;
  readonly #root: HTMLElement;
  #isPossible = false;
  #refusal: string | null = null;

  /**
   * @param root Holds the elements with `data-take-over`; its `data-input` says how it stands.
   * @param onInput Called with what is done to the picture.
   */
  constructor(
    picture: HTMLCanvasElement,
    root: HTMLElement,
    news: Announcer,
    onInput: (input: InputMessage) => void,
  ) {
    this.#root = root;
    this.#takeOver = new TakeOver(picture, { onInput, onChange: () => this.#tell() });
    picture.addEventListener("pointerdown", () => this.#refusal !== null && news.say(this.#refusal));
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
    this.#weigh();
  }

  /** Says that it leads to nothing, and why; `null` once that is over. */
  refuse(reason: string | null): void {
    this.#refusal = reason;
    this.#weigh();
  }

  #weigh(): void {
    this.#takeOver.offer(this.#isPossible && this.#refusal === null);
    this.#tell();
  }

  #tell(): void {
    const { isTaken } = this.#takeOver;
    const isRefused = this.#isPossible && this.#refusal !== null;
    this.#root.dataset.input = isTaken
      ? "taken"
      : isRefused
        ? "refused"
        : this.#isPossible
          ? "offered"
          : "none";
    this.#write("hint", this.#hint(isTaken));
    this.#write("spoken", isTaken ? "Press Escape twice to leave the picture." : "");
  }

  #hint(isTaken: boolean): string {
    if (!this.#isPossible) return "";
    if (this.#refusal !== null) return this.#refusal;
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
