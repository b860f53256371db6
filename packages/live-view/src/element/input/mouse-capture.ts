import type { PointerInput } from "@broadcast-ipc/protocol";
import type { Control } from "./control.ts";
import type { FrameGeometry } from "./frame-geometry.ts";
import type { InputQueue } from "./input-queue.ts";
import { modifiersOf } from "./key-events.ts";

/** Names of MouseEvent.button, and the bits of MouseEvent.buttons. */
const buttonNames = ["left", "middle", "right", "back", "forward"] as const;
const buttonBits = [1, 4, 2, 8, 16] as const;
const maxClickCount = 100;
const maxDistance = 100_000;

/** Converts the events of a mouse or pen over the canvas to inputs. */
export class MouseCapture {
  readonly #canvas: HTMLCanvasElement;
  readonly #geometry: FrameGeometry;
  readonly #queue: InputQueue;
  readonly #control: Control;
  /** The numbers of the held buttons, with the click count of each press. */
  readonly #held = new Map<number, number>();
  #isTouch = false;

  constructor(
    canvas: HTMLCanvasElement,
    { geometry, queue, control }: { geometry: FrameGeometry; queue: InputQueue; control: Control },
  ) {
    this.#canvas = canvas;
    this.#geometry = geometry;
    this.#queue = queue;
    this.#control = control;
    const { signal } = control;
    canvas.addEventListener("pointerdown", (event) => this.#point(event), { signal });
    canvas.addEventListener("pointercancel", (event) => this.#cancel(event), { signal });
    canvas.addEventListener("mousedown", (event) => this.#press(event), { signal });
    canvas.addEventListener("mousemove", (event) => this.#follow(event), { signal });
    canvas.addEventListener("mouseup", (event) => this.#lift(event), { signal });
    canvas.addEventListener("wheel", (event) => this.#turn(event), { signal, passive: false });
    // Prevents the menu, scrolling with the middle button, dragging, selecting, and zooming on a Mac's trackpad.
    for (const type of [
      "contextmenu",
      "auxclick",
      "dragstart",
      "selectstart",
      "gesturestart",
      "gesturechange",
    ]) {
      const prevent = (event: Event) => control.isActive && event.preventDefault();
      canvas.addEventListener(type, prevent, { signal, passive: false });
    }
  }

  get isHolding(): boolean {
    return this.#held.size > 0;
  }

  /** Forgets the held buttons, which the caller releases. */
  forget(): void {
    this.#held.clear();
  }

  /**
   * Does not call preventDefault(): without the mouse events that follow, no button but the first is reported, and
   * Chromium goes back in the history at the release of the back button.
   */
  #point(event: PointerEvent): void {
    this.#isTouch = event.pointerType === "touch";
    if (this.#isTouch) return;
    this.#control.enter();
    // The canvas gets the events of a drag that leaves it.
    if (this.#control.isActive) this.#canvas.setPointerCapture(event.pointerId);
  }

  #press(event: MouseEvent): void {
    if (!this.#control.isActive) return;
    // Keeps the focus in the text field.
    event.preventDefault();
    if (this.#isTouch) return;
    const name = buttonNames[event.button];
    const { isInside, ...place } = this.#geometry.placeOf(event);
    if (name === undefined || (!isInside && this.#held.size === 0)) return;
    const clickCount = Math.min(maxClickCount, Math.max(1, event.detail));
    this.#held.set(event.button, clickCount);
    this.#control.noteMouse(event);
    const button = { event: "down", button: name, clickCount } as const;
    this.#queue.send({ kind: "pointer", ...place, ...button, ...modifiersOf(event) });
  }

  #follow(event: MouseEvent): void {
    if (!this.#control.isActive || this.#isTouch) return;
    this.#control.noteMouse(event);
    // The browser does not report the release of a button over another window.
    for (const button of this.#held.keys()) {
      if (!(event.buttons & (buttonBits[button] ?? 0))) this.#send(event, button);
    }
    const { isInside, ...place } = this.#geometry.placeOf(event);
    if (!isInside && this.#held.size === 0) return;
    const move = { event: "move", button: "none", clickCount: 0 } as const;
    this.#queue.move({ kind: "pointer", ...place, ...move, ...modifiersOf(event) });
  }

  #lift(event: MouseEvent): void {
    if (!this.#control.isActive) return;
    // Browsers go back or forward in the history at the release of these buttons, unless this event is prevented.
    event.preventDefault();
    if (this.#held.has(event.button)) this.#send(event, event.button);
  }

  #cancel(event: PointerEvent): void {
    if (event.pointerType === "touch") return;
    for (const button of this.#held.keys()) this.#send(event, button);
  }

  #turn(event: WheelEvent): void {
    if (!this.#control.isActive) return;
    event.preventDefault();
    const { isInside, ...place } = this.#geometry.placeOf(event);
    if (!isInside) return;
    this.#control.noteMouse(event);
    const deltaMode = (["pixel", "line", "page"] as const)[event.deltaMode] ?? "pixel";
    this.#queue.send({
      kind: "wheel",
      ...place,
      deltaX: limit(event.deltaX),
      deltaY: limit(event.deltaY),
      ...(deltaMode !== "pixel" && { deltaMode }),
      ...modifiersOf(event),
    });
  }

  /** Sends the release of a button. */
  #send(event: MouseEvent, button: number): void {
    const name: PointerInput["button"] | undefined = buttonNames[button];
    const clickCount = this.#held.get(button) ?? 1;
    this.#held.delete(button);
    if (name === undefined) return;
    const { isInside: _, ...place } = this.#geometry.placeOf(event);
    this.#queue.send({
      kind: "pointer",
      event: "up",
      ...place,
      button: name,
      clickCount,
      ...modifiersOf(event),
    });
  }
}

function limit(distance: number): number {
  return Math.min(maxDistance, Math.max(-maxDistance, distance));
}
