import type { Rotation } from "@broadcast-ipc/image-codec";
import type { ViewerInput } from "@broadcast-ipc/protocol";
import { ClipboardCapture, type ClipboardOptions } from "./clipboard-capture.ts";
import type { Control } from "./control.ts";
import { type FrameArea, FrameGeometry } from "./frame-geometry.ts";
import type { Box } from "./frame-place.ts";
import { InputQueue } from "./input-queue.ts";
import { inputStyle } from "./input-style.ts";
import { modifiersOf } from "./key-events.ts";
import { KeyField } from "./key-field.ts";
import { KeyboardCapture } from "./keyboard-capture.ts";
import { MouseCapture } from "./mouse-capture.ts";
import { TouchCapture } from "./touch-capture.ts";

/** The elements that an {@link InputCapture} works with. */
export interface InputSurface {
  readonly canvas: HTMLCanvasElement;
  /** Contains the canvas. The capture adds a hidden text field and a style sheet. */
  readonly root: ShadowRoot;
  /** Control is kept while the focus is within this element, such as the layer of the pop-ups. */
  readonly layer?: HTMLElement;
}

/** Callbacks of an {@link InputCapture}. */
export interface InputHandlers {
  onInput(input: ViewerInput): void;
  /** Called when {@link InputCapture.isActive} has changed. */
  onControl(isActive: boolean): void;
  /** Called with a sentence for the viewer when something could not be pasted or copied. */
  onMessage?(text: string): void;
}

/**
 * Converts what a viewer does on the canvas to inputs for the source, while the viewer has control. A click, a tap, or
 * Enter on the focused canvas takes control. Escape twice within a second, or focus elsewhere on the page, leaves it.
 * Everything that is held is released when the window loses the focus or the page is hidden.
 */
export class InputCapture {
  readonly #canvas: HTMLCanvasElement;
  readonly #root: ShadowRoot;
  readonly #layer: HTMLElement | undefined;
  readonly #handlers: InputHandlers;
  readonly #closing = new AbortController();
  readonly #geometry: FrameGeometry;
  readonly #field = new KeyField();
  readonly #queue: InputQueue;
  readonly #clipboard: ClipboardCapture;
  readonly #keyboard: KeyboardCapture;
  readonly #mouse: MouseCapture;
  readonly #touch: TouchCapture;
  #isEnabled = false;
  #isActive = false;

  constructor({ canvas, root, layer }: InputSurface, handlers: InputHandlers) {
    this.#canvas = canvas;
    this.#root = root;
    this.#layer = layer;
    this.#handlers = handlers;
    this.#geometry = new FrameGeometry(canvas);
    this.#queue = new InputQueue((input) => handlers.onInput(input), requestAnimationFrame.bind(window));
    root.adoptedStyleSheets.push(inputStyle());
    root.append(this.#field.element);
    const { signal } = this.#closing;
    const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
    const shared = { queue: this.#queue, isMac, signal, onLeave: () => this.leave() };
    this.#clipboard = new ClipboardCapture(this.#field.element, shared, (text) => handlers.onMessage?.(text));
    this.#keyboard = new KeyboardCapture(this.#field.element, { ...shared, clipboard: this.#clipboard });
    const pointing = { geometry: this.#geometry, queue: this.#queue, control: this.#control() };
    this.#mouse = new MouseCapture(canvas, pointing);
    this.#touch = new TouchCapture(canvas, pointing);
    this.#listen(signal);
  }

  /** The rotation with which the frame is drawn. Positions are reported in unrotated coordinates. */
  set rotation(rotation: Rotation) {
    this.#geometry.rotation = rotation;
  }

  /** Whether the viewer may take control. Initially false. Setting it to false leaves control. */
  get enabled(): boolean {
    return this.#isEnabled;
  }

  set enabled(isEnabled: boolean) {
    if (isEnabled === this.#isEnabled) return;
    if (!isEnabled) this.leave();
    this.#isEnabled = isEnabled;
    this.#field.element.disabled = !isEnabled;
    this.#canvas.setAttribute("role", isEnabled ? "application" : "img");
    if (isEnabled) this.#canvas.tabIndex = 0;
    else this.#canvas.removeAttribute("tabindex");
    this.#style();
  }

  /** Whether the viewer has taken control. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /** Which keys of the clipboard are replaced by its text. */
  set clipboard(options: ClipboardOptions) {
    this.#clipboard.options = options;
  }

  /** Takes control, as a click does. Has no effect if the viewer may not control. */
  enter(): void {
    this.#enter(false);
  }

  /** Releases everything that is held, and leaves control. The focus moves to the canvas. */
  leave(): void {
    if (!this.#isActive) return;
    this.#end();
    if (this.#root.activeElement === this.#field.element) this.#canvas.focus({ preventScroll: true });
  }

  /** Releases all held keys, buttons and fingers. */
  release(): void {
    const parts = [this.#keyboard, this.#mouse, this.#touch];
    const isHolding = parts.some((part) => part.isHolding);
    for (const part of parts) part.forget();
    if (isHolding) this.#queue.send({ kind: "release" });
  }

  /**
   * Shows or hides the on-screen keyboard of a phone or tablet. It stays hidden after a tap, because most taps are not
   * for typing. Call this in the handler of a user's action, such as a click on a keyboard button.
   */
  showKeyboard(isShown: boolean): void {
    if (this.#isEnabled) this.#field.showKeyboard(isShown);
  }

  /** Takes the text of a `CopiedNotice`, and writes it to the clipboard if the viewer has just asked for it. */
  copied(text: string): void {
    this.#clipboard.copied(text);
  }

  /** Returns where an area of the unrotated frame is in the window. */
  boxOf(area: FrameArea): Box {
    return this.#geometry.boxOf(area);
  }

  /** Leaves control, and removes the text field and all listeners. */
  close(): void {
    this.enabled = false;
    this.#closing.abort();
    this.#field.element.remove();
    this.#root.adoptedStyleSheets = this.#root.adoptedStyleSheets.filter((sheet) => sheet !== inputStyle());
  }

  #control(): Control {
    const { signal } = this.#closing;
    const isActive = () => this.#isActive;
    return {
      signal,
      get isActive() {
        return isActive();
      },
      enter: ({ byTouch = false } = {}) => this.#enter(byTouch),
      noteMouse: (event) => {
        this.#keyboard.checkModifiers(modifiersOf(event));
        if (event.type === "mousedown") this.#field.moveTo(event);
      },
    };
  }

  #enterByKey(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.repeat || !this.#isEnabled) return;
    event.preventDefault();
    this.#enter(false);
  }

  #enter(byTouch: boolean): void {
    if (this.#isEnabled) this.#field.focus(byTouch);
  }

  #begin(): void {
    if (this.#isActive || !this.#isEnabled) return;
    this.#isActive = true;
    this.#style();
    this.#handlers.onControl(true);
  }

  #end(): void {
    this.release();
    this.#queue.flush();
    this.#isActive = false;
    this.#style();
    this.#handlers.onControl(false);
  }

  #listen(signal: AbortSignal): void {
    const canvas = this.#canvas;
    this.#field.element.addEventListener("focus", () => this.#begin(), { signal });
    for (const element of [this.#field.element, this.#layer]) {
      element?.addEventListener("focusout", (event) => this.#blur(event), { signal });
    }
    canvas.addEventListener("keydown", (event) => this.#enterByKey(event), { signal });
    // Screen readers click without a pointer.
    canvas.addEventListener("click", ({ detail }) => detail === 0 && this.#enter(false), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.release(), { signal });
    for (const type of ["pagehide", "blur"]) window.addEventListener(type, () => this.release(), { signal });
  }

  #blur({ relatedTarget }: FocusEvent): void {
    if (!this.#isActive || this.#field.isRefocusing) return;
    this.release();
    const next = relatedTarget instanceof Node ? relatedTarget : this.#root.activeElement;
    // The active element stays when the whole window loses the focus.
    if (next === this.#field.element || (next !== null && this.#layer?.contains(next))) return;
    this.#end();
  }

  #style(): void {
    const { style } = this.#canvas;
    this.#canvas.toggleAttribute("data-control", this.#isActive);
    style.touchAction = this.#isActive ? "none" : this.#isEnabled ? "manipulation" : "";
    style.userSelect = this.#isEnabled ? "none" : "";
  }
}
