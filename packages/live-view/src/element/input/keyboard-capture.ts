import type { InputModifiers, KeyInput } from "@broadcast-ipc/protocol";
import type { ClipboardCapture } from "./clipboard-capture.ts";
import { HeldKeys, isModifier } from "./held-keys.ts";
import type { InputQueue } from "./input-queue.ts";
import { isCharacter, isNamedKey, modifiersOf, pressOf, staysWithViewer } from "./key-events.ts";
import { TextCapture } from "./text-capture.ts";

/** Maximum time between two presses of Escape that leave control, in ms. */
const escapeTime = 1_000;

/** Callbacks and collaborators of a {@link KeyboardCapture}. */
export interface KeyboardOptions {
  readonly queue: InputQueue;
  readonly clipboard: ClipboardCapture;
  readonly isMac: boolean;
  readonly signal: AbortSignal;
  /** Called at the second press of Escape within a second. */
  onLeave(): void;
}

/** Converts the key events of a text field to inputs. Text without key events is left to {@link TextCapture}. */
export class KeyboardCapture {
  readonly #options: KeyboardOptions;
  readonly #held = new HeldKeys();
  readonly #text: TextCapture;
  #isAfterDeadKey = false;
  #lastEscape = Number.NEGATIVE_INFINITY;

  constructor(field: HTMLTextAreaElement, options: KeyboardOptions) {
    this.#options = options;
    const { queue, signal } = options;
    this.#text = new TextCapture(field, queue, signal);
    const listen = (type: "keydown" | "keyup", listener: (event: KeyboardEvent) => void) =>
      field.addEventListener(
        type,
        (event) => {
          // The viewer's own page must not take the keys for its shortcuts.
          event.stopPropagation();
          listener(event);
        },
        { signal },
      );
    listen("keydown", (event) => this.#press(event));
    listen("keyup", (event) => this.#lift(event));
  }

  get isHolding(): boolean {
    return !this.#held.isEmpty;
  }

  /** Forgets the held keys, which the caller releases, and ends a composition. */
  forget(): void {
    this.#held.clear();
    this.#text.cancel();
    this.#isAfterDeadKey = false;
    this.#lastEscape = Number.NEGATIVE_INFINITY;
  }

  /** Sends the release of modifier keys that are not held any more according to a mouse event. */
  checkModifiers(modifiers: InputModifiers): void {
    if (!this.#held.isEmpty) this.#send(this.#held.liftModifiers(modifiers));
  }

  #press(event: KeyboardEvent): void {
    const { key, isComposing, keyCode } = event;
    const isAfterDeadKey = this.#isAfterDeadKey;
    if (!isModifier(key)) this.#isAfterDeadKey = key === "Dead";
    // 229: an input method handles the key. Safari reports it so after the composition has ended, too.
    if (isComposing || keyCode === 229 || !isNamedKey(key) || staysWithViewer(event)) return;
    if (!isModifier(key)) this.checkModifiers(modifiersOf(event));
    // The browser combines both keys, and TextCapture sends the result.
    if (isAfterDeadKey && isCharacter(key)) return;
    if (this.#options.clipboard.handleKey(event)) return;
    event.preventDefault();
    if (this.#isSecondEscape(event)) {
      this.#options.onLeave();
      return;
    }
    if (key === "CapsLock") {
      this.#tapCapsLock(event);
      return;
    }
    // Windows reports AltGr as Control and AltGr.
    if (key === "AltGraph") this.#send(this.#held.lift({ key: "Control", code: "ControlLeft" }, {}));
    const input = pressOf(event, this.#options.isMac);
    this.#held.press(input);
    this.#options.queue.send(input);
  }

  #lift(event: KeyboardEvent): void {
    if (staysWithViewer(event)) return;
    event.preventDefault();
    const modifiers = modifiersOf(event);
    if (event.key === "Meta") this.#send(this.#held.liftOrdinary(modifiers));
    // macOS reports only the release when Caps Lock is turned off.
    if (event.key === "CapsLock" && this.#options.isMac) this.#tapCapsLock(event);
    this.#send(this.#held.lift(event, modifiers));
  }

  #isSecondEscape({ key, repeat, timeStamp }: KeyboardEvent): boolean {
    if (repeat || isModifier(key)) return false;
    const isSecond = key === "Escape" && timeStamp - this.#lastEscape < escapeTime;
    this.#lastEscape = key === "Escape" ? timeStamp : Number.NEGATIVE_INFINITY;
    return isSecond;
  }

  /** Sends Caps Lock as pressed and released, because macOS reports only one of the two for each keystroke. */
  #tapCapsLock(event: KeyboardEvent): void {
    if (event.repeat) return;
    const input = pressOf(event, this.#options.isMac);
    this.#send([input, { ...input, event: "up" }]);
  }

  #send(inputs: readonly KeyInput[]): void {
    for (const input of inputs) this.#options.queue.send(input);
  }
}
