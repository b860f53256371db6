import type { BroadcastView } from "@broadcast-ipc/live-view/element";

/** The button that turns audio on and off, with a level meter. */
export class AudioButton {
  readonly #button: HTMLButtonElement;
  readonly #label: HTMLElement;
  readonly #meter: HTMLElement;
  readonly #view: BroadcastView;

  constructor(button: HTMLButtonElement, view: BroadcastView) {
    this.#button = button;
    this.#label = button.querySelector(".label") ?? button;
    this.#meter = button.querySelector(".level") ?? button;
    this.#view = view;
    button.addEventListener("click", () => this.#turn(view.muted));
  }

  /** Enables the button if the source has audio; otherwise turns audio off and disables the button. */
  offer(hasAudio: boolean): void {
    this.#button.disabled = !hasAudio;
    if (!hasAudio && !this.#view.muted) this.#turn(false);
    this.#label.textContent = hasAudio ? "Audio" : "No audio";
    this.#describe();
  }

  #turn(on: boolean): void {
    this.#view.muted = !on;
    this.#button.ariaPressed = String(on);
    this.#describe();
    this.#measure();
  }

  #describe(): void {
    const action = this.#view.muted ? "Plays the audio of the source" : "Mutes the audio";
    this.#button.title = this.#button.disabled ? "This source has no audio" : action;
  }

  #measure(): void {
    this.#meter.style.setProperty("--level", this.#view.audioLevel.toFixed(3));
    if (!this.#view.muted) requestAnimationFrame(() => this.#measure());
  }
}
