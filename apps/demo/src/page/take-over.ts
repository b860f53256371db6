import type { Rotation } from "@broadcast-ipc/image-codec";
import type { InputMessage, PointerInput } from "../input-message.ts";
import { ClickCounter } from "./click-counter.ts";
import { undoRotation } from "./frame-rotation.ts";
import { HeldKeys } from "./held-keys.ts";

/** Callbacks of a {@link TakeOver}. */
export interface TakeOverHandlers {
  onInput(input: InputMessage): void;
  /** Called when {@link TakeOver.isTaken} has changed. */
  onChange(): void;
}

const buttons = ["left", "middle", "right"] as const;
/** Maximum time between two presses of Escape that release the video, in ms. */
const escapeTime = 600;

/** Converts pointer, wheel and key events to input for the source while the video has the focus. */
export class TakeOver {
  /** The rotation of the video. Positions are reported in unrotated coordinates. */
  rotation: Rotation = 0;
  readonly #canvas: HTMLCanvasElement;
  readonly #handlers: TakeOverHandlers;
  readonly #clicks = new ClickCounter();
  readonly #keys = new HeldKeys();
  #held: PointerInput | undefined;
  #move: PointerInput | undefined;
  #lastEscape = Number.NEGATIVE_INFINITY;

  constructor(canvas: HTMLCanvasElement, handlers: TakeOverHandlers) {
    this.#canvas = canvas;
    this.#handlers = handlers;
    canvas.addEventListener("focus", () => handlers.onChange());
    canvas.addEventListener("blur", () => this.#letGo());
    canvas.addEventListener("pointerdown", (event) => this.#press(event));
    canvas.addEventListener("pointerup", (event) => this.#lift(event));
    canvas.addEventListener("pointercancel", (event) => this.#lift(event));
    canvas.addEventListener("pointermove", (event) => this.#follow(event));
    canvas.addEventListener("contextmenu", (event) => this.isTaken && event.preventDefault());
    canvas.addEventListener("wheel", (event) => this.#turn(event), { passive: false });
    canvas.addEventListener("keydown", (event) => this.#key(event, "down"));
    canvas.addEventListener("keyup", (event) => this.#key(event, "up"));
  }

  /** Whether the video has the focus, so that input goes to the source. */
  get isTaken(): boolean {
    return document.activeElement === this.#canvas;
  }

  /** Sets whether the source accepts input. */
  offer(isPossible: boolean): void {
    if (!isPossible) this.release();
    if (isPossible) this.#canvas.tabIndex = 0;
    else this.#canvas.removeAttribute("tabindex");
    this.#canvas.role = isPossible ? "application" : "img";
  }

  /** Removes the focus from the video, so that input goes to the page again. */
  release(): void {
    this.#canvas.blur();
  }

  #press(event: PointerEvent): void {
    // Sets the focus now, because the browser sets it only after this event. Has no effect if the source accepts no
    // input, because the canvas then has no tabindex.
    this.#canvas.focus({ preventScroll: true });
    const button = buttons[event.button];
    if (!this.isTaken || button === undefined) return;
    event.preventDefault();
    this.#canvas.setPointerCapture(event.pointerId);
    const clickCount = this.#clicks.press(event);
    this.#held = { kind: "pointer", event: "down", ...this.#placeOf(event), button, clickCount };
    this.#send({ ...this.#held, ...modifiersOf(event) });
  }

  #lift(event: PointerEvent): void {
    if (this.#held === undefined) return;
    const { button, clickCount } = this.#held;
    this.#held = undefined;
    const place = this.#placeOf(event);
    this.#send({ kind: "pointer", event: "up", ...place, button, clickCount, ...modifiersOf(event) });
  }

  /** Sends at most one move per display refresh. */
  #follow(event: PointerEvent): void {
    if (!this.isTaken) return;
    if (this.#move === undefined) requestAnimationFrame(() => this.#sendMove());
    const { button = "none" } = this.#held ?? {};
    const place = this.#placeOf(event);
    this.#move = { kind: "pointer", event: "move", ...place, button, clickCount: 0, ...modifiersOf(event) };
  }

  #turn(event: WheelEvent): void {
    if (!this.isTaken) return;
    event.preventDefault();
    const unit = [1, 40, 800][event.deltaMode] ?? 1;
    const [deltaX = 0, deltaY = 0] = [event.deltaX, event.deltaY].map((delta) =>
      Math.min(10_000, Math.max(-10_000, delta * unit)),
    );
    this.#send({ kind: "wheel", ...this.#placeOf(event), deltaX, deltaY, ...modifiersOf(event) });
  }

  #key(keyboardEvent: KeyboardEvent, event: "down" | "up"): void {
    const { key, code, repeat, timeStamp } = keyboardEvent;
    if (keyboardEvent.isComposing || key === "" || key.length > 32) return;
    keyboardEvent.preventDefault();
    if (key === "Escape" && event === "down" && !repeat) {
      if (timeStamp - this.#lastEscape < escapeTime) {
        this.release();
        return;
      }
      this.#lastEscape = timeStamp;
    }
    const input = { kind: "key", event, key, code, ...modifiersOf(keyboardEvent) } as const;
    this.#keys.note(input);
    this.#send(input);
  }

  #letGo(): void {
    for (const input of this.#keys.release()) this.#send(input);
    if (this.#held !== undefined) this.#send({ ...this.#held, event: "up" });
    this.#held = undefined;
    this.#lastEscape = Number.NEGATIVE_INFINITY;
    this.#handlers.onChange();
  }

  /** Sends an input. A waiting move is sent first, so that the source receives the events in order. */
  #send(input: InputMessage): void {
    this.#sendMove();
    this.#handlers.onInput(input);
  }

  #sendMove(): void {
    const move = this.#move;
    this.#move = undefined;
    if (move !== undefined) this.#handlers.onInput(move);
  }

  #placeOf({ clientX, clientY }: MouseEvent): { readonly x: number; readonly y: number } {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    const [x = 0, y = 0] = [(clientX - left) / width, (clientY - top) / height].map((share) =>
      Math.min(1, Math.max(0, share)),
    );
    return undoRotation(this.rotation, { x, y });
  }
}

function modifiersOf({ altKey, ctrlKey, metaKey, shiftKey }: MouseEvent | KeyboardEvent) {
  return {
    ...(altKey && { alt: true }),
    ...(ctrlKey && { ctrl: true }),
    ...(metaKey && { meta: true }),
    ...(shiftKey && { shift: true }),
  };
}
