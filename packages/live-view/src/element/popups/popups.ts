import type {
  DialogInput,
  DialogNotice,
  PageNotice,
  PickerInput,
  PickerNotice,
} from "@broadcast-ipc/protocol";
import type { FrameArea } from "../input/frame-geometry.ts";
import type { Box } from "../input/frame-place.ts";
import { describeNotice } from "./describe-notice.ts";
import { DialogPopup } from "./dialog-popup.ts";
import { PickerPopup } from "./picker-popup.ts";
import { popupStyle } from "./popup-style.ts";
import type { PopupView } from "./popup-view.ts";
import { Toasts } from "./toasts.ts";

/** The elements that {@link Popups} work with. */
export interface PopupSurface {
  readonly canvas: HTMLCanvasElement;
  /** An empty element in the shadow root of the canvas. It covers the nearest positioned ancestor, and takes no clicks. */
  readonly layer: HTMLElement;
}

/** Callbacks of {@link Popups}. */
export interface PopupHandlers {
  onInput(input: DialogInput | PickerInput): void;
  /** Returns where an area of the unrotated frame is in the window, in CSS pixels; see `InputCapture.boxOf`. */
  boxOf(area: FrameArea): Box;
}

interface OpenPopup {
  readonly notice: DialogNotice | PickerNotice;
  /** When the capture side answers a dialog itself, in ms of `performance.now()`. */
  readonly deadline: number | undefined;
  popup: DialogPopup | PickerPopup;
}

/** Maximum number of dialogs and pickers that are shown, as many as the server remembers. A further one replaces the oldest. */
const maxOpen = 16;

const wholeFrame: FrameArea = { x: 0, y: 0, width: 1, height: 1 };

/** Shows over the canvas what the page reports: dialogs, pickers, the cursor, downloads, file choosers and crashes. */
export class Popups {
  readonly #canvas: HTMLCanvasElement;
  readonly #layer: HTMLElement;
  readonly #handlers: PopupHandlers;
  readonly #toasts: Toasts;
  readonly #closing = new AbortController();
  readonly #open = new Map<string, OpenPopup>();
  #canAnswer = false;
  #cursor = "";
  #home: HTMLElement | undefined;

  constructor({ canvas, layer }: PopupSurface, handlers: PopupHandlers) {
    this.#canvas = canvas;
    this.#layer = layer;
    this.#handlers = handlers;
    layer.classList.add("popups");
    this.#toasts = new Toasts(layer);
    const root = layer.getRootNode();
    if (root instanceof ShadowRoot) root.adoptedStyleSheets.push(popupStyle());
    const { signal } = this.#closing;
    root.addEventListener("keydown", (event) => this.#key(event as KeyboardEvent), { signal, capture: true });
    root.addEventListener("focusin", ({ target }) => this.#noteFocus(target), { signal });
    canvas.addEventListener("pointerdown", () => this.#suggestion?.cancel(), { signal });
  }

  /**
   * Whether this viewer may answer. Otherwise dialogs and pickers are read-only, and the cursor is not shown. Initially
   * false.
   */
  get canAnswer(): boolean {
    return this.#canAnswer;
  }

  set canAnswer(canAnswer: boolean) {
    if (canAnswer === this.#canAnswer) return;
    this.#canAnswer = canAnswer;
    this.#showCursor();
    for (const open of this.#open.values()) {
      open.popup.remove();
      open.popup = this.#show(open);
    }
  }

  /** Shows a notice. A notice with the id of an open pop-up replaces it. `copied` notices are for `InputCapture`. */
  handle(notice: PageNotice): void {
    if (notice.kind === "dialog" || notice.kind === "picker") this.#add(notice);
    else if (notice.kind === "closed") this.#remove(notice.id);
    else if (notice.kind === "cursor") {
      this.#cursor = notice.cursor;
      this.#showCursor();
    } else {
      if (notice.kind === "crash") this.#closeAll();
      const text = describeNotice(notice);
      if (text !== undefined)
        this.#toasts.show(text, { stays: notice.kind === "crash" && !notice.reloading });
    }
  }

  /** Shows a sentence for some seconds. */
  toast(text: string): void {
    this.#toasts.show(text);
  }

  /** Moves open pop-ups after the canvas has changed its size or place. Scrolling and resizing the window are noticed. */
  place(): void {
    for (const { popup } of this.#open.values()) popup.place();
  }

  /** Removes all pop-ups without an answer, all messages, and the cursor. For a new connection or the end. */
  clear(): void {
    this.#closeAll();
    this.#toasts.clear();
    this.#cursor = "";
    this.#showCursor();
  }

  /** Removes everything, and all listeners. */
  close(): void {
    this.clear();
    this.#closing.abort();
    this.#layer.replaceChildren();
    const root = this.#layer.getRootNode();
    if (!(root instanceof ShadowRoot)) return;
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((sheet) => sheet !== popupStyle());
  }

  get #suggestion(): PickerPopup | undefined {
    const popups = [...this.#open.values()].map(({ popup }) => popup);
    return popups.find((popup) => popup instanceof PickerPopup && popup.isSuggestion) as
      | PickerPopup
      | undefined;
  }

  #add(notice: DialogNotice | PickerNotice): void {
    this.#remove(notice.id);
    const timeout = notice.kind === "dialog" ? notice.timeout : undefined;
    const deadline = timeout === undefined ? undefined : performance.now() + timeout;
    this.#open.set(notice.id, { notice, deadline, popup: this.#show({ notice, deadline }) });
    const [oldest] = this.#open.keys();
    if (this.#open.size > maxOpen && oldest !== undefined) this.#remove(oldest);
  }

  #show({ notice, deadline }: Pick<OpenPopup, "notice" | "deadline">): DialogPopup | PickerPopup {
    const view: PopupView = {
      layer: this.#layer,
      home: () => this.#home,
      canAnswer: this.#canAnswer,
      boxOf: (area) => this.#handlers.boxOf(withinFrame(area)),
      boxOfFrame: () => this.#handlers.boxOf(wholeFrame),
      announce: (text) => this.#toasts.announce(text),
      answer: (input) => {
        this.#remove(input.id);
        this.#handlers.onInput(input);
      },
    };
    return notice.kind === "dialog" ? new DialogPopup(notice, view, deadline) : new PickerPopup(notice, view);
  }

  #remove(id: string): void {
    this.#open.get(id)?.popup.remove();
    this.#open.delete(id);
  }

  #closeAll(): void {
    for (const id of [...this.#open.keys()]) this.#remove(id);
  }

  #noteFocus(target: EventTarget | null): void {
    if (target instanceof HTMLElement && !this.#layer.contains(target)) this.#home = target;
  }

  /** The down arrow leads from the page's text field to its suggestions. Escape closes them, and is sent as well. */
  #key(event: KeyboardEvent): void {
    if (!this.#canAnswer || this.#layer.contains(event.target as Node)) return;
    const suggestion = this.#suggestion;
    if (event.key === "Escape") suggestion?.cancel();
    if (event.key !== "ArrowDown" || suggestion === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    suggestion.focus();
  }

  #showCursor(): void {
    // Ignored by the browser if it is no cursor.
    this.#canvas.style.cursor = this.#canAnswer ? this.#cursor : "";
  }
}

/** Returns the part of an area that is in the frame, so that a page cannot cover the rest of the viewer's page. */
function withinFrame({ x, y, width, height }: FrameArea): FrameArea {
  const [left, top] = [share(x), share(y)];
  return {
    x: left,
    y: top,
    width: Math.max(0, share(x + width) - left),
    height: Math.max(0, share(y + height) - top),
  };
}

function share(value: number): number {
  return Math.min(1, Math.max(0, value));
}
