import type { PageNotice } from "@broadcast-ipc/protocol";
import type { FrameMessage, HelloMessage } from "../wire/view-messages.ts";
import type { DemandMessage, ViewerMessage } from "../wire/viewer-messages.ts";
import { AudioPlayer } from "./audio/audio-player.ts";
import { ViewInput } from "./control/view-input.ts";
import type { ViewParts } from "./display/view-parts.ts";
import { Visibility } from "./display/visibility.ts";
import { LiveSession } from "./live-session.ts";
import type { FrameCanvas } from "./video/frame-canvas.ts";
import type { BroadcastViewEventMap, ShownFrame, ViewInfo } from "./view-events.ts";
import type { ViewState } from "./view-state.ts";

/** What a {@link MountedView} needs of its element. */
export interface ViewHost {
  readonly element: Element;
  readonly parts: ViewParts;
  readonly canvas: FrameCanvas;
  readonly state: ViewState;
  readonly demand: DemandMessage;
  readonly isMuted: boolean;
  readonly isPaused: boolean;
  /** Whether the page lets the viewer take control. */
  readonly offersControl: boolean;
  /** Called twice a second while there is a URL, because the notice says how long an interruption lasts. */
  updateNotice(): void;
  emit<K extends keyof BroadcastViewEventMap>(type: K, detail: BroadcastViewEventMap[K]["detail"]): void;
}

/** The parts of an element that exist only while it is in a document: input, audio and the connection. */
export class MountedView {
  readonly #host: ViewHost;
  readonly #visibility: Visibility;
  readonly #player: AudioPlayer;
  readonly #input: ViewInput;
  #session: LiveSession | undefined;
  #info: ViewInfo | undefined;
  /** Age of the newest frame when it was drawn, in ms. */
  #frameAge: number | undefined;

  constructor(host: ViewHost) {
    this.#host = host;
    const { parts, element } = host;
    this.#visibility = new Visibility(element, () => this.#session?.tellVisibility());
    this.#player = new AudioPlayer({
      onBlocked: (isBlocked) => this.#tellBlocked(isBlocked),
      onFailure: (error) => host.emit("error", { code: "ERR_VIEW_AUDIO", message: String(error) }),
    });
    this.#input = new ViewInput(parts, (message) => this.send(message));
    this.#player.turn(!host.isMuted);
  }

  /** The newest hello of the server; `undefined` while there is no connection. */
  get info(): ViewInfo | undefined {
    return this.#info;
  }

  get hasControl(): boolean {
    return this.#input.hasControl;
  }

  get audioLevel(): number {
    return this.#player.level();
  }

  /** Replaces the connection by one to this URL. `undefined` only disconnects. */
  connect(url: string | undefined): void {
    this.#session?.stop();
    this.#session = undefined;
    this.#disconnect();
    const { canvas, state, parts } = this.#host;
    canvas.clear();
    parts.isEmpty = true;
    if (url === undefined) state.stop();
    else this.#session = this.#start(url);
  }

  send(message: ViewerMessage): boolean {
    return this.#session?.send(message) ?? false;
  }

  /** Call it when `isPaused` of the host has changed. */
  proceed(): void {
    this.#session?.proceed();
  }

  /** Turns audio on or off. Call it when `isMuted` of the host has changed. */
  tellAudio(): void {
    const isOn = !this.#host.isMuted;
    this.send({ type: "audio", on: isOn });
    this.#player.turn(isOn);
  }

  /** Enables or disables control. Call it when `offersControl` of the host or the state has changed. */
  offer(): void {
    const { offersControl, state } = this.#host;
    // Control stays possible during an interruption, so that the video keeps the focus.
    const isPossible = state.isWatching && !state.isCaptureEnded;
    this.#input.offer(offersControl && this.#info?.mayControl === true && isPossible);
    // While the view connects, the server may already have said what the page reports.
    if (!isPossible && state.name !== "connecting") this.#input.clear();
  }

  requestControl(): void {
    this.#input.enter();
  }

  releaseControl(): void {
    this.#input.leave();
  }

  showKeyboard(isShown: boolean): void {
    this.#input.showKeyboard(isShown);
  }

  /** Closes the connection, and removes all listeners. */
  close(): void {
    this.connect(undefined);
    this.#player.turn(false);
    this.#input.close();
    this.#visibility.close();
  }

  #start(url: string): LiveSession {
    const { canvas, state, emit } = this.#host;
    const host = this.#host;
    const visibility = this.#visibility;
    return new LiveSession(url, canvas, state, {
      get demand() {
        return host.demand;
      },
      get isAudible() {
        return !host.isMuted;
      },
      get isVisible() {
        return visibility.isVisible;
      },
      get isPaused() {
        return host.isPaused;
      },
      onHello: (message) => this.#greet(message),
      onFrame: (message, age) => this.#noteFrame(message, age),
      onAudio: (message, data, age = 0) => {
        this.#player.play(message, data, ((this.#frameAge ?? age) - age) / 1_000);
      },
      onControl: ({ type, ...change }) => {
        if (this.#input.learn(change)) emit("controlchange", change);
      },
      onPage: ({ notice }) => {
        this.#handle(notice);
        // A copied text is only for the clipboard of the viewer who asked for it.
        if (notice.kind !== "copied") emit("page", { ...notice });
      },
      onMessage: ({ name, data }) => emit("message", { name, data }),
      onFigures: (figures) => {
        host.updateNotice();
        emit("figures", figures);
      },
      onDisconnect: () => this.#disconnect(),
      onError: (code, message) => emit("error", { code, message }),
    });
  }

  #greet({ type, ...info }: HelloMessage): void {
    this.#info = info;
    this.offer();
    // The viewer clicked the video before this connection existed.
    if (this.#input.isActive && !this.#input.hasControl) this.send({ type: "control", on: true });
    this.#host.emit("hello", info);
  }

  #noteFrame(message: FrameMessage, age: number | undefined): void {
    const { parts } = this.#host;
    const { sequence, timestamp, codedWidth: width, codedHeight: height, rotation = 0 } = message;
    this.#frameAge = age;
    this.#input.rotation = rotation;
    parts.isEmpty = false;
    parts.resize();
    const shown: ShownFrame = {
      ...{ sequence, timestamp, width, height, rotation },
      ...("delta" in message && { regions: message.delta.regions }),
      ...(age !== undefined && { age }),
    };
    this.#host.emit("frame", shown);
  }

  #handle(notice: PageNotice): void {
    if (notice.kind !== "capture") {
      this.#input.handle(notice);
      return;
    }
    this.#host.state.learnCapture(notice);
    // During an interruption, only control changes, and not the state.
    this.offer();
  }

  /** Discards what the server reported over the lost connection. */
  #disconnect(): void {
    this.#info = undefined;
    this.#frameAge = undefined;
    this.#input.clear();
    const none = { holder: "none", isWaiting: false, isWanted: false } as const;
    if (this.#input.learn(none)) this.#host.emit("controlchange", none);
    this.offer();
  }

  #tellBlocked(isBlocked: boolean): void {
    this.#input.isAudioBlocked = isBlocked;
    if (!isBlocked) return;
    const message = "the browser plays audio only after a click or a key press on the page";
    this.#host.emit("error", { code: "ERR_VIEW_AUDIO_BLOCKED", message });
  }
}
