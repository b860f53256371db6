import type { ControlMessage } from "../../wire/view-messages.ts";
import { write } from "../display/notice.ts";
import type { ViewParts } from "../display/view-parts.ts";
import { type ControlSituation, hintFor, phaseOf } from "./control-hint.ts";

/** The part of an InputCapture that control needs. */
export interface ControlCapture {
  /** Whether the viewer may take control. */
  enabled: boolean;
  /** Whether the viewer has taken control, so that input goes to the source. */
  readonly isActive: boolean;
  enter(): void;
  leave(): void;
}

/** Time after which a hint fades, in ms. It appears again while the pointer is over the picture. */
const readingTime = 5_000;

/** Tells the viewer who has control and how to take it, and enables the capture of input accordingly. */
export class ViewControl {
  readonly #parts: ViewParts;
  readonly #capture: ControlCapture;
  readonly #touch = matchMedia("(hover: none) and (pointer: coarse)");
  #message: Omit<ControlMessage, "type"> = { holder: "none", isWaiting: false, isWanted: false };
  #fading: ReturnType<typeof setTimeout> | undefined;
  /** Whether the browser waits for an action of the viewer before it plays audio. */
  #isAudioBlocked = false;

  constructor(parts: ViewParts, capture: ControlCapture) {
    this.#parts = parts;
    this.#capture = capture;
    this.#tell();
  }

  /** Who has control, as the server has last reported. */
  get holder(): ControlMessage["holder"] {
    return this.#message.holder;
  }

  /** Whether this viewer waits until the holder gives control back. */
  get isWaiting(): boolean {
    return this.#message.isWaiting;
  }

  /** Sets whether this viewer may take control now. */
  offer(isPossible: boolean): void {
    if (this.#capture.enabled !== isPossible) this.#capture.enabled = isPossible;
    this.#tell();
  }

  /** Takes a message of the server. Returns whether something has changed. */
  learn({ holder, isWaiting, isWanted }: Omit<ControlMessage, "type">): boolean {
    const before = this.#message;
    const isSame = before.holder === holder && before.isWaiting === isWaiting && before.isWanted === isWanted;
    this.#message = { holder, isWaiting, isWanted };
    this.#tell();
    return !isSame;
  }

  set isAudioBlocked(isBlocked: boolean) {
    this.#isAudioBlocked = isBlocked;
    this.#tell();
  }

  /** Call it when the capture's `isActive` has changed. */
  update(): void {
    this.#tell();
  }

  #tell(): void {
    const { stage, spoken } = this.#parts;
    const situation: ControlSituation = {
      ...this.#message,
      isPossible: this.#capture.enabled,
      isActive: this.#capture.isActive,
      isTouch: this.#touch.matches,
    };
    const phase = phaseOf(situation);
    const before = stage.dataset.control;
    stage.dataset.control = phase;
    const hint = hintFor(situation);
    const audio = this.#touch.matches ? "Tap to hear the audio" : "Click to hear the audio";
    this.#show(hint === "" && this.#isAudioBlocked ? audio : hint);
    if (phase !== before && (phase === "yours" || phase === "waiting")) write(spoken, hint);
    if (phase === "possible" && before === "yours") write(spoken, "You have left control.");
  }

  #show(text: string): void {
    const { hint } = this.#parts;
    if (hint.textContent === text) return;
    hint.textContent = text;
    hint.removeAttribute("data-faded");
    clearTimeout(this.#fading);
    this.#fading = setTimeout(() => hint.setAttribute("data-faded", ""), readingTime);
  }
}
