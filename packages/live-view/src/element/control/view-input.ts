import type { Rotation } from "@broadcast-ipc/image-codec";
import type { PageNotice } from "@broadcast-ipc/protocol";
import type { ViewerMessage } from "../../wire/viewer-messages.ts";
import type { ViewParts } from "../display/view-parts.ts";
import { InputCapture } from "../input/input-capture.ts";
import { Popups } from "../popups/popups.ts";
import type { ControlChange } from "../view-events.ts";
import { ViewControl } from "./view-control.ts";

/** What a viewer does with the captured page: taking control, input, and answers to the page's dialogs. */
export class ViewInput {
  readonly #capture: InputCapture;
  readonly #control: ViewControl;
  readonly #popups: Popups;
  readonly #sizes: ResizeObserver;
  readonly #send: (message: ViewerMessage) => void;
  readonly #stage: HTMLElement;
  readonly #closing = new AbortController();

  constructor(parts: ViewParts, send: (message: ViewerMessage) => void) {
    this.#send = send;
    const { canvas, root, layer, stage, closeButton } = parts;
    this.#stage = stage;
    this.#capture = new InputCapture(
      { canvas, root, layer },
      {
        onInput: (input) => send({ type: "input", input }),
        onControl: (on) => {
          send({ type: "control", on });
          this.#update();
        },
        onMessage: (sentence) => this.#popups.toast(sentence),
      },
    );
    this.#popups = new Popups(
      { canvas, layer },
      {
        onInput: (input) => send({ type: "input", input }),
        boxOf: (area) => this.#capture.boxOf(area),
      },
    );
    this.#sizes = new ResizeObserver(() => this.#popups.place());
    this.#sizes.observe(canvas);
    const { signal } = this.#closing;
    this.#control = new ViewControl(parts, this.#capture, signal);
    // The button must not take the focus, because that would end control.
    closeButton.addEventListener("pointerdown", (event) => event.preventDefault(), { signal });
    closeButton.addEventListener("mousedown", (event) => event.preventDefault(), { signal });
    closeButton.addEventListener("click", () => send({ type: "input", input: { kind: "close-window" } }), {
      signal,
    });
  }

  /** Whether the server has given this viewer control. */
  get hasControl(): boolean {
    return this.#control.holder === "you";
  }

  /** Whether the viewer has taken control on the page. */
  get isActive(): boolean {
    return this.#capture.isActive;
  }

  set rotation(rotation: Rotation) {
    this.#capture.rotation = rotation;
  }

  set isAudioBlocked(isBlocked: boolean) {
    this.#control.isAudioBlocked = isBlocked;
  }

  /** Sets whether this viewer may take control now. */
  offer(isPossible: boolean): void {
    this.#control.offer(isPossible);
    this.#update();
  }

  /** Takes what the server says about control. Returns whether something has changed. */
  learn(change: ControlChange): boolean {
    const before = this.#control.holder;
    const isChanged = this.#control.learn(change);
    if (this.#capture.isActive && change.holder === "none" && !change.isWaiting) {
      // "you": the host has taken control away. "other": another viewer has left control, which this viewer still wants.
      if (before === "you") this.#capture.leave();
      else if (before === "other") this.#send({ type: "control", on: true });
    }
    this.#update();
    return isChanged;
  }

  /** Shows what the page reports. */
  handle(notice: PageNotice): void {
    if (notice.kind === "window") this.#stage.toggleAttribute("data-popup", notice.isPopup);
    if (notice.kind === "copied") this.#capture.copied(notice.text);
    else this.#popups.handle(notice);
  }

  /** Removes the page's dialogs, pickers and messages. */
  clear(): void {
    this.#stage.removeAttribute("data-popup");
    this.#popups.clear();
  }

  enter(): void {
    this.#capture.enter();
  }

  leave(): void {
    this.#capture.leave();
  }

  showKeyboard(isShown: boolean): void {
    this.#control.showKeyboard(isShown);
  }

  /** Leaves control, and removes all listeners. */
  close(): void {
    this.#closing.abort();
    this.#popups.close();
    this.#capture.close();
    this.#sizes.disconnect();
  }

  #update(): void {
    this.#control.update();
    // A viewer that waits for control cannot answer the page's dialogs. All others may try: the server decides.
    this.#popups.canAnswer = this.#capture.isActive && !this.#control.isWaiting;
  }
}
