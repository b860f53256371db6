import type { ControlMessage } from "../../wire/view-messages.ts";
import { write } from "../display/notice.ts";
import type { ViewParts } from "../display/view-parts.ts";
import { type ControlSituation, hintFor, phaseOf } from "./control-hint.ts";
import { HintChip } from "./hint-chip.ts";

/** The part of an InputCapture that control needs. */
export interface ControlCapture {
  /** Whether the viewer may take control. */
  enabled: boolean;
  /** Whether the viewer has taken control, so that input goes to the source. */
  readonly isActive: boolean;
  enter(): void;
  leave(): void;
  showKeyboard(isShown: boolean): void;
}

/** Tells the viewer who has control and how to take it, and enables the capture of input accordingly. */
export class ViewControl {
  readonly #parts: ViewParts;
  readonly #capture: ControlCapture;
  readonly #hint: HintChip;
  readonly #touch = matchMedia("(hover: none) and (pointer: coarse)");
  #message: Omit<ControlMessage, "type"> = { holder: "none", isWaiting: false, isWanted: false };
  /** Whether the browser waits for an action of the viewer before it plays audio. */
  #isAudioBlocked = false;
  #isKeyboardShown = false;

  /** @param signal Removes the listeners. */
  constructor(parts: ViewParts, capture: ControlCapture, signal: AbortSignal) {
    this.#parts = parts;
    this.#capture = capture;
    const { stage, hint, canvas, keyboardButton } = parts;
    this.#hint = new HintChip(stage, hint, signal);
    for (const type of ["focus", "blur"]) canvas.addEventListener(type, () => this.#tell(), { signal });
    // The button must not take the focus, because that would end control.
    keyboardButton.addEventListener("pointerdown", (event) => event.preventDefault(), { signal });
    keyboardButton.addEventListener("mousedown", (event) => event.preventDefault(), { signal });
    keyboardButton.addEventListener("click", () => this.showKeyboard(!this.#isKeyboardShown), { signal });
    this.#tell();
  }

  /** Shows or hides the on-screen keyboard of a phone or tablet, while this viewer has taken control. */
  showKeyboard(isShown: boolean): void {
    if (!this.#capture.isActive) return;
    this.#isKeyboardShown = isShown;
    this.#parts.keyboardButton.setAttribute("aria-pressed", String(isShown));
    this.#capture.showKeyboard(isShown);
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
    const { stage, canvas, keyboardButton, spoken } = this.#parts;
    const situation: ControlSituation = {
      ...this.#message,
      isPossible: this.#capture.enabled,
      isActive: this.#capture.isActive,
      isTouch: this.#touch.matches,
      isKeyboard: canvas.matches(":focus-visible"),
    };
    const phase = phaseOf(situation);
    const before = stage.dataset.control;
    stage.dataset.control = phase;
    stage.toggleAttribute("data-touch", situation.isTouch);
    if (!situation.isActive) {
      this.#isKeyboardShown = false;
      keyboardButton.setAttribute("aria-pressed", "false");
    }
    const hint = hintFor(situation);
    const audio = this.#touch.matches ? "Tap to hear the audio" : "Click to hear the audio";
    this.#hint.text = hint === "" && this.#isAudioBlocked ? audio : hint;
    if (phase !== before && (phase === "yours" || phase === "waiting")) write(spoken, hint);
    if (phase === "possible" && before === "yours") write(spoken, "You have left control.");
  }
}
