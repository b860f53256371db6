import type { TouchInput, TouchPoint } from "@broadcast-ipc/protocol";
import type { Control } from "./control.ts";
import type { FrameGeometry } from "./frame-geometry.ts";
import type { Place } from "./frame-place.ts";
import type { InputQueue } from "./input-queue.ts";
import { modifiersOf } from "./key-events.ts";

const maxFingers = 16;
/** How far a finger may move in a tap, in CSS pixels, and how long it may stay, in ms. */
const maxTapDistance = 10;
const maxTapTime = 700;

interface Finger extends Place {
  /** The lowest free number when the finger touched. Pointer ids are not used, because they grow without bound. */
  readonly id: number;
}

/** Converts the events of fingers on the canvas to inputs. A tap takes control. */
export class TouchCapture {
  readonly #geometry: FrameGeometry;
  readonly #queue: InputQueue;
  readonly #control: Control;
  /** Fingers by pointer id. */
  readonly #fingers = new Map<number, Finger>();
  #tap: PointerEvent | undefined;

  constructor(
    canvas: HTMLCanvasElement,
    { geometry, queue, control }: { geometry: FrameGeometry; queue: InputQueue; control: Control },
  ) {
    this.#geometry = geometry;
    this.#queue = queue;
    this.#control = control;
    const { signal } = control;
    const listen = (type: "down" | "move" | "up" | "cancel", listener: (event: PointerEvent) => void) => {
      const handle = (event: PointerEvent) => event.pointerType === "touch" && listener(event);
      canvas.addEventListener(`pointer${type}`, handle, { signal });
    };
    listen("down", (event) => this.#touch(event));
    listen("move", (event) => this.#follow(event));
    listen("up", (event) => this.#lift(event));
    listen("cancel", (event) => this.#cancel(event));
    // Stops scrolling, zooming and the magnifier in browsers that know "touch-action" only in part.
    const prevent = (event: Event) => control.isActive && event.cancelable && event.preventDefault();
    canvas.addEventListener("touchstart", prevent, { signal, passive: false });
  }

  get isHolding(): boolean {
    return this.#fingers.size > 0;
  }

  /** Forgets the fingers on the screen, which the caller releases. */
  forget(): void {
    this.#fingers.clear();
    this.#tap = undefined;
  }

  #touch(event: PointerEvent): void {
    if (!this.#control.isActive) {
      // A second finger makes the gesture a zoom of the viewer's page.
      this.#tap = event.isPrimary ? event : undefined;
      return;
    }
    event.preventDefault();
    this.#start(event);
  }

  #start(event: PointerEvent): void {
    const { isInside, ...place } = this.#geometry.placeOf(event);
    if (!isInside || this.#fingers.size >= maxFingers) return;
    const used = new Set([...this.#fingers.values()].map(({ id }) => id));
    let id = 0;
    while (used.has(id)) id++;
    this.#fingers.set(event.pointerId, { id, ...place });
    this.#queue.send(this.#input("start", event));
  }

  #follow(event: PointerEvent): void {
    const finger = this.#fingers.get(event.pointerId);
    if (finger === undefined) return;
    const { isInside: _, ...place } = this.#geometry.placeOf(event);
    this.#fingers.set(event.pointerId, { ...finger, ...place });
    this.#queue.move(this.#input("move", event));
  }

  #lift(event: PointerEvent): void {
    if (this.#isTap(event)) {
      this.#tap = undefined;
      this.#control.enter({ byTouch: true });
      if (this.#control.isActive) this.#start(event);
    }
    if (this.#fingers.delete(event.pointerId)) this.#queue.send(this.#input("end", event));
  }

  #cancel(event: PointerEvent): void {
    this.#tap = undefined;
    if (!this.#fingers.has(event.pointerId)) return;
    // The events of the other fingers are cancelled, too.
    this.#fingers.clear();
    this.#queue.send(this.#input("cancel", event));
  }

  #isTap(event: PointerEvent): boolean {
    const start = this.#tap;
    if (start?.pointerId !== event.pointerId) return false;
    const distance = Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY);
    return distance <= maxTapDistance && event.timeStamp - start.timeStamp <= maxTapTime;
  }

  #input(event: TouchInput["event"], source: PointerEvent): TouchInput {
    const points: TouchPoint[] = [...this.#fingers.values()];
    return { kind: "touch", event, points, ...modifiersOf(source) };
  }
}
