import type { ControlMessage, FrameMessage, HelloMessage } from "../wire/view-messages.ts";
import type { DemandMessage } from "../wire/viewer-messages.ts";
import { Attributes, type ViewEncoding, type ViewFit } from "./attributes.ts";
import { AudioPlayer } from "./audio/audio-player.ts";
import { Notice } from "./display/notice.ts";
import { ViewParts } from "./display/view-parts.ts";
import { Visibility } from "./display/visibility.ts";
import { LiveSession } from "./live-session.ts";
import { FrameCanvas } from "./video/frame-canvas.ts";
import type { BroadcastViewEventMap, ViewErrorCode } from "./view-events.ts";
import { ViewState, type ViewStateName } from "./view-state.ts";

export class BroadcastView extends HTMLElement {
  static readonly observedAttributes: readonly string[] = [
    "src",
    "control",
    "muted",
    "encoding",
    "max-fps",
    "max-width",
    "fit",
    "aria-label",
  ];
  readonly #attributes = new Attributes(this);
  readonly #parts = new ViewParts(this.attachShadow({ mode: "open", delegatesFocus: true }));
  readonly #canvas = new FrameCanvas(this.#parts.canvas);
  readonly #state: ViewState = new ViewState(() => this.#tellState());
  readonly #notice = new Notice(this.#parts, this.#state);
  #session: LiveSession | undefined;
  #visibility: Visibility | undefined;

  connectedCallback(): void {
    this.#visibility ??= new Visibility(this, () => this.#session?.tellVisibility());
    this.#start();
  }

  disconnectedCallback(): void {
    this.#session?.stop();
    this.#session = undefined;
    this.#state.stop();
  }

  attributeChangedCallback(): void {
    this.#parts.fit = this.#attributes.fit;
  }

  get state(): ViewStateName {
    return this.#state.name;
  }

  #start(): void {
    const url = this.#attributes.socketUrl(document.baseURI);
    if (url === undefined) return;
    const view = this;
    this.#session = new LiveSession(url, this.#canvas, this.#state, {
      get demand(): DemandMessage {
        return { type: "demand", encoding: view.#attributes.encoding };
      },
      isAudible: false,
      get isVisible() {
        return view.#visibility?.isVisible ?? false;
      },
      onHello: () => {},
      onAudio: () => {},
      onControl: () => {},
      onPage: () => {},
      onMessage: () => {},
      onFigures: () => {},
      onDisconnect: () => {},
      onError: () => {},
      onFrame: () => {
        this.#parts.resize(this.#parts.canvas.width, this.#parts.canvas.height);
        delete this.#parts.stage.dataset.empty;
      },
    });
  }

  #tellState(): void {
    this.#notice.update();
    this.dispatchEvent(
      new CustomEvent("statechange", { detail: { state: this.#state.name, reason: this.#state.reason } }),
    );
  }
}

if (!customElements.get("broadcast-view")) customElements.define("broadcast-view", BroadcastView);
