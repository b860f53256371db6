import type {
  AudioMessage,
  ControlMessage,
  FrameMessage,
  HelloMessage,
  HostMessage,
  PageMessage,
  ViewMessage,
} from "../wire/view-messages.ts";
import type { DemandMessage, ViewerMessage } from "../wire/viewer-messages.ts";
import { ViewConnection } from "./connection/view-connection.ts";
import { ClockSync } from "./figures/clock-sync.ts";
import { FrameAges } from "./figures/frame-ages.ts";
import { type Figures, ViewFigures } from "./figures/view-figures.ts";
import type { FrameCanvas } from "./video/frame-canvas.ts";
import type { ViewErrorCode } from "./view-events.ts";
import type { ViewState } from "./view-state.ts";

/** Callbacks of a {@link LiveSession}, and the values that it reads from the element. */
export interface SessionHandlers {
  readonly demand: DemandMessage;
  readonly isAudible: boolean;
  readonly isVisible: boolean;
  /** Whether frames are not acknowledged, although the view is visible. */
  readonly isPaused: boolean;
  onHello(message: HelloMessage): void;
  /** Called when a frame has been drawn. The age is in ms. */
  onFrame(message: FrameMessage, age: number | undefined): void;
  onAudio(message: AudioMessage, data: ArrayBuffer, audioAge: number | undefined): void;
  onControl(message: ControlMessage): void;
  onPage(message: PageMessage): void;
  onMessage(message: HostMessage): void;
  onFigures(figures: Figures): void;
  /** Called when the connection is lost. Control ends with the connection. */
  onDisconnect(): void;
  onError(code: ViewErrorCode, message: string): void;
}

/** Minimum interval between two requests for a key frame, in ms. */
const refreshInterval = 1_000;
/** Interval of the figures and of checks, in ms. */
const tick = 500;

/** Watches one live view: opens its connections, one after the other, and handles what arrives over them. */
export class LiveSession {
  readonly #canvas: FrameCanvas;
  readonly #state: ViewState;
  readonly #handlers: SessionHandlers;
  readonly #figures = new ViewFigures();
  readonly #ages = new FrameAges((age) => this.#figures.countAge(age));
  readonly #connection: ViewConnection;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #retry = () => this.#connection.retryNow();
  /** Acknowledges the newest frame. Kept while the view is hidden or paused. */
  #acknowledge: (() => void) | undefined;
  #lastRefresh = Number.NEGATIVE_INFINITY;
  #ticks = 0;
  #isStopped = false;

  constructor(url: string, canvas: FrameCanvas, state: ViewState, handlers: SessionHandlers) {
    this.#canvas = canvas;
    this.#state = state;
    this.#handlers = handlers;
    state.begin();
    this.#connection = new ViewConnection(url, {
      onOpen: () => this.#open(),
      onFrame: (message, data, acknowledge) => void this.#show(message, data, acknowledge),
      onAudio: (message, data) => {
        this.#figures.countBytes(data.byteLength);
        handlers.onAudio(message, data, this.#ages.of(message.timestamp));
      },
      onMessage: (message) => this.#receive(message),
      onInvalid: (error) =>
        handlers.onError("ERR_VIEW_MESSAGE", `A message of the server is invalid: ${error}`),
      onLost: (reason) => {
        handlers.onDisconnect();
        state.lose(reason);
      },
      onRefused: (_, reason) => {
        this.#rest();
        handlers.onDisconnect();
        state.refuse(reason);
        handlers.onError("ERR_VIEW_REFUSED", state.reason);
      },
    });
    this.#timer = setInterval(() => this.#tick(), tick);
    addEventListener("online", this.#retry);
  }

  /** Sends a message. Returns `false` if it was discarded because the connection is not open or too slow. */
  send(message: ViewerMessage): boolean {
    return this.#connection.send(message);
  }

  /** Call it when `isVisible` has changed. */
  tellVisibility(): void {
    const { isVisible } = this.#handlers;
    this.send({ type: "hidden", hidden: !isVisible });
    this.#ages.discard();
    if (!isVisible) return;
    this.#connection.retryNow();
    this.proceed();
  }

  /** Acknowledges the newest frame if the view is visible and not paused. Call it when `isPaused` has changed. */
  proceed(): void {
    const { isVisible, isPaused } = this.#handlers;
    this.send({ type: "paused", paused: isPaused });
    if (!isVisible || isPaused) return;
    this.#state.wake();
    this.#acknowledge?.();
    this.#acknowledge = undefined;
  }

  /** Closes the connection. No callback is called afterwards. */
  stop(): void {
    this.#isStopped = true;
    this.#rest();
    this.#connection.close();
  }

  /** Stops the timer and the listener. */
  #rest(): void {
    clearInterval(this.#timer);
    removeEventListener("online", this.#retry);
  }

  #open(): void {
    const { demand, isVisible, isAudible } = this.#handlers;
    this.#ages.reset();
    this.#figures.reset();
    this.#acknowledge = undefined;
    this.#state.open();
    if (!isVisible) this.send({ type: "hidden", hidden: true });
    this.send(demand);
    if (isAudible) this.send({ type: "audio", on: true });
    this.#askForTime();
  }

  #receive(message: Exclude<ViewMessage, FrameMessage | AudioMessage>): void {
    switch (message.type) {
      case "hello":
        this.#ages.isSameClock = message.isSameClock;
        this.#state.greet();
        this.#handlers.onHello(message);
        break;
      case "figures":
        this.#figures.learn(message);
        break;
      case "time":
        this.#ages.learn(message);
        if (!this.#ages.isKnown) this.#askForTime();
        break;
      case "failed":
        this.#handlers.onError("ERR_VIEW_ENCODING", message.reason);
        break;
      case "resumed":
        this.#state.resume(message.timestamp);
        break;
      case "interrupted":
      case "ended":
        this.#state.fallSilent(message);
        break;
      case "control":
        this.#handlers.onControl(message);
        break;
      case "page":
        this.#handlers.onPage(message);
        break;
      case "message":
        this.#handlers.onMessage(message);
    }
  }

  async #show(message: FrameMessage, data: ArrayBuffer, acknowledge: () => void): Promise<void> {
    this.#figures.countBytes(data.byteLength);
    try {
      const isDrawn = await this.#canvas.show(message, data);
      if (this.#isStopped) return;
      if (isDrawn) this.#noteShown(message);
    } catch (error) {
      if (this.#isStopped) return;
      this.#askForKeyFrame(message, error);
    }
    const { isVisible, isPaused } = this.#handlers;
    if (isVisible && !isPaused) acknowledge();
    else this.#acknowledge = acknowledge;
  }

  #noteShown(message: FrameMessage): void {
    const { timestamp } = message;
    this.#figures.countShown(message);
    this.#ages.noteDrawn(timestamp);
    this.#state.show(timestamp);
    this.#handlers.onFrame(message, this.#ages.of(timestamp));
  }

  #askForKeyFrame({ sequence }: FrameMessage, error: unknown): void {
    if (performance.now() - this.#lastRefresh < refreshInterval) return;
    this.#lastRefresh = performance.now();
    this.send({ type: "refresh" });
    const why = error instanceof Error ? error.message : String(error);
    this.#handlers.onError("ERR_VIEW_FRAME", `Frame ${sequence} could not be shown: ${why}`);
  }

  #askForTime(): void {
    this.send({ type: "time", sent: ClockSync.now() });
  }

  #tick(): void {
    if (this.#handlers.isVisible) this.#state.check();
    this.#handlers.onFigures(this.#figures.take());
    this.#ticks++;
    if (this.#ticks % 2 === 1) return;
    this.#connection.check();
    this.#askForTime();
  }
}
