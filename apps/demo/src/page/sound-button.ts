import type { SoundPlayer } from "./sound-player.ts";

/** The button that turns sound on and off, with a meter of what is heard. */
export class SoundButton {
  readonly #button: HTMLButtonElement;
  readonly #label: HTMLElement;
  readonly #meter: HTMLElement;
  readonly #player: SoundPlayer;

  /** @param onChange Called with whether sound is wanted now. */
  constructor(button: HTMLButtonElement, player: SoundPlayer, onChange: (on: boolean) => void) {
    this.#button = button;
    this.#label = button.querySelector(".label") ?? button;
    this.#meter = button.querySelector(".level") ?? button;
    this.#player = player;
    button.addEventListener("click", () => {
      this.#turn(!player.isOn);
      onChange(player.isOn);
    });
  }

  /** Says whether the source has sound at all. */
  offer(hasSound: boolean): void {
    this.#button.disabled = !hasSound;
    this.#button.title = hasSound ? "" : "This source has no sound";
    if (!hasSound && this.#player.isOn) this.#turn(false);
    this.#label.textContent = hasSound ? "Sound" : "No sound";
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
