import { CustomState } from "./display/custom-state.ts";
import { Notice } from "./display/notice.ts";
import { ViewParts } from "./display/view-parts.ts";
import { MountedView, type ViewHost } from "./mounted-view.ts";
import { ReflectedElement } from "./reflected-element.ts";
import { FrameCanvas } from "./video/frame-canvas.ts";
import type { ViewInfo } from "./view-events.ts";
import { ViewState, type ViewStateName } from "./view-state.ts";

/**
 * Shows a live view: the frames, audio and state that a `LiveView` sends, on a canvas. With the attribute `control`, the
 * viewer can click the video and then send input.
 *
 * It connects while it is in a document and has a `src`, and reconnects by itself. A view that is hidden, or scrolled far
 * out of the window, receives no frames. Children are laid over the video, so that they stay visible in full screen.
 *
 * @example
 * ```html
 * <script type="module" src="/live-view/element.js"></script>
 * <broadcast-view src="/live" control aria-label="Browser of the agent"></broadcast-view>
 * ```
 */
export class BroadcastView extends ReflectedElement {
  /** The attributes whose changes the browser reports to the element. */
  static readonly observedAttributes: readonly string[] = [
    ...["src", "control", "muted", "encoding", "max-fps", "max-width", "fit", "aria-label"],
  ];
  readonly #parts: ViewParts = new ViewParts(this.attachShadow({ mode: "open", delegatesFocus: true }));
  readonly #canvas = new FrameCanvas(this.#parts.canvas);
  readonly #customState = new CustomState(this);
  readonly #state: ViewState = new ViewState(() => this.#tellState());
  readonly #notice = new Notice(this.#parts, this.#state);
  #mounted: MountedView | undefined;
  #isPaused = false;
  #isScheduled = false;
  /** Whether `src` was set since the last attempt to connect. */
  #isNew = false;

  /** What the element shows. */
  get state(): ViewStateName {
    return this.#state.name;
  }

  /** A sentence that says why the element is in its state. Empty if there is nothing to say. */
  get reason(): string {
    return this.#state.reason;
  }

  /** What the server has reported about the broadcast and this viewer; `undefined` while there is no connection. */
  get info(): ViewInfo | undefined {
    return this.#mounted?.info;
  }

  /** Whether this viewer has control. */
  get hasControl(): boolean {
    return this.#mounted?.hasControl ?? false;
  }

  /** Loudness of the audio that is playing: 0 at or below -60 dB, 1 at full scale. */
  get audioLevel(): number {
    return this.#mounted?.audioLevel ?? 0;
  }

  /** Whether the video is paused: the last frame stays, and the server sends no frames. Default: false. */
  get paused(): boolean {
    return this.#isPaused;
  }

  set paused(value: boolean) {
    this.#isPaused = Boolean(value);
    this.#mounted?.proceed();
  }

  /**
   * Sends a message to the host program, see the event "message" of `LiveView`. The name has 1 to 64 characters. `data`
   * must be JSON of at most 16,384 characters, unless the server allows more. The server refuses a viewer that exceeds the
   * limit. Returns `false` if the message was discarded, because there is no connection or it is too slow.
   */
  send(name: string, data?: unknown): boolean {
    if (!(name.length >= 1 && name.length <= 64)) throw new RangeError("name must have 1 to 64 characters");
    return this.#mounted?.send({ type: "message", name, data }) ?? false;
  }

  /** Takes control, as a click on the video does. Has no effect without the attribute `control`. */
  requestControl(): void {
    this.#mounted?.requestControl();
  }

  /** Gives control back. */
  releaseControl(): void {
    this.#mounted?.releaseControl();
  }

  /**
   * Shows or hides the on-screen keyboard of a phone or tablet, while the viewer has control. Call it in the handler of an
   * action of the viewer, as browsers require.
   */
  showKeyboard(isShown: boolean): void {
    this.#mounted?.showKeyboard(isShown);
  }

  /** Resolves with the newest frame as a PNG, or with `null` before the first frame. */
  snapshot(): Promise<Blob | null> {
    if (this.#canvas.isEmpty) return Promise.resolve(null);
    return new Promise((resolve) => this.#parts.canvas.toBlob(resolve));
  }

  /** @internal */
  connectedCallback(): void {
    this.upgradeProperties();
    this.#schedule();
  }

  /** @internal */
  disconnectedCallback(): void {
    this.#schedule();
  }

  /** @internal */
  adoptedCallback(): void {
    // The listeners belong to the old document.
    this.#mounted?.close();
    this.#mounted = undefined;
    this.#isNew = true;
  }

  /** @internal */
  attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    if (name === "src") {
      this.#isNew = true;
      this.#schedule();
    } else if (before === value) {
      return;
    } else if (name === "aria-label") {
      this.#parts.label = value;
    } else if (name === "fit") {
      this.#parts.fit = this.fit;
    } else if (name === "control") {
      this.#mounted?.offer();
    } else if (name === "muted") {
      this.#mounted?.tellAudio();
    } else {
      this.#mounted?.send(this.demandMessage);
    }
  }

  /** Connects or disconnects after the current task's changes, so that moving the element keeps the connection. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#update();
    });
  }

  #update(): void {
    if (!this.isConnected) {
      this.#mounted?.close();
      this.#mounted = undefined;
      this.#isNew = true;
      return;
    }
    this.#mounted ??= new MountedView(this.#host());
    if (!this.#isNew) return;
    this.#isNew = false;
    this.#mounted.connect(this.#socketUrl());
  }

  #socketUrl(): string | undefined {
    const url = this.attributeValues.socketUrl(this.ownerDocument.baseURI);
    if (url === undefined && this.src.trim() !== "") {
      this.emit("error", { code: "ERR_VIEW_SRC", message: `src is not a URL of http, https, ws or wss` });
    }
    return url;
  }

  #host(): ViewHost {
    const view = this;
    return {
      element: this,
      parts: this.#parts,
      canvas: this.#canvas,
      state: this.#state,
      get demand() {
        return view.demandMessage;
      },
      get isMuted() {
        return view.muted;
      },
      get isPaused() {
        return view.paused;
      },
      get offersControl() {
        return view.control;
      },
      updateNotice: () => this.#notice.update(),
      emit: (type, detail) => view.emit(type, detail),
    };
  }

  #tellState(): void {
    const { name: state, reason } = this.#state;
    this.#customState.name = state;
    this.#notice.update();
    this.#mounted?.offer();
    this.emit("statechange", { state, reason });
  }
}

if (globalThis.customElements?.get("broadcast-view") === undefined) {
  globalThis.customElements?.define("broadcast-view", BroadcastView);
}

declare global {
  interface HTMLElementTagNameMap {
    "broadcast-view": BroadcastView;
  }
}
