import type { AudioPlayer } from "./audio-player.ts";

/** The button that turns audio on and off, with a level meter. */
export class AudioButton {
  readonly #button: HTMLButtonElement;
  readonly #label: HTMLElement;
  readonly #meter: HTMLElement;
  readonly #player: AudioPlayer;

  /** @param onChange Called after a click, with `true` if audio is now on. */
  constructor(button: HTMLButtonElement, player: AudioPlayer, onChange: (on: boolean) => void) {
    this.#button = button;
    this.#label = button.querySelector(".label") ?? button;
    this.#meter = button.querySelector(".level") ?? button;
    this.#player = player;
    button.addEventListener("click", () => {
      this.#turn(!player.isOn);
      onChange(player.isOn);
    });
  }

  /** Enables the button if the source has audio; otherwise turns audio off and disables the button. */
  offer(hasAudio: boolean): void {
    this.#button.disabled = !hasAudio;
    this.#button.title = hasAudio ? "" : "This source has no audio";
    if (!hasAudio && this.#player.isOn) this.#turn(false);
    this.#label.textContent = hasAudio ? "Audio" : "No audio";
  }

  #turn(on: boolean): void {
    this.#player.turn(on);
    this.#button.setAttribute("aria-pressed", String(on));
    this.#measure();
  }

  #measure(): void {
    this.#meter.style.setProperty("--level", this.#player.level().toFixed(3));
    if (this.#player.isOn) requestAnimationFrame(() => this.#measure());
  }
}
