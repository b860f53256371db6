import {
  type AudioMessage,
  closeCodes,
  type FrameMessage,
  type ViewMessage,
} from "../../wire/view-messages.ts";
import type { ViewerMessage } from "../../wire/viewer-messages.ts";
import { Backoff } from "./backoff.ts";
import { messageText } from "./message-text.ts";

/** Callbacks of a {@link ViewConnection}. */
export interface ConnectionHandlers {
  onOpen(): void;
  /** Call `acknowledge` after the frame has been shown or discarded. The server then sends the next frame. */
  onFrame(message: FrameMessage, data: ArrayBuffer, acknowledge: () => void): void;
  onAudio(message: AudioMessage, data: ArrayBuffer): void;
  onMessage(message: Exclude<ViewMessage, FrameMessage | AudioMessage>): void;
  /** Called for a message that cannot be read. The message is ignored. */
  onInvalid(error: unknown): void;
  /** Called when the connection is lost or cannot be opened. It is opened again after a wait. */
  onLost(reason: string): void;
  /** Called when the server has refused this viewer. The connection is not opened again. */
  onRefused(code: number, reason: string): void;
}

/** Time without a message after which a connection is given up, in ms. The server answers a time request each second. */
const longestSilence = 20_000;
/** A connection that lasts longer resets the wait before the next attempt. In ms. */
const stableTime = 5_000;
/** Bytes that may wait to be sent. Further messages are discarded. */
const maxBuffered = 4_000_000;

const finalCodes: readonly number[] = [closeCodes.refused, closeCodes.removed, closeCodes.invalid];

/** A WebSocket connection to a LiveView that reconnects automatically. */
export class ViewConnection {
  readonly #url: string;
  readonly #handlers: ConnectionHandlers;
  readonly #backoff = new Backoff();
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #announced: FrameMessage | AudioMessage | undefined;
  /** Time of the hello; `undefined` until it has arrived. */
  #admitted: number | undefined;
  #lastSign = 0;
  #isSuspect = false;
  #isClosed = false;

  constructor(url: string, handlers: ConnectionHandlers) {
    this.#url = url;
    this.#handlers = handlers;
    this.#connect();
  }

  /** Sends a message. Returns `false` if it was discarded because the connection is not open or too slow. */
  send(message: ViewerMessage): boolean {
    return sendOver(this.#socket, message);
  }

  /** Ends the current wait, for example because the network is back. */
  retryNow(): void {
    if (this.#timer !== undefined) this.#connect();
  }

  /** Gives up a connection over which nothing has arrived for 20 seconds. Call it once a second. */
  check(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    const isSilent = performance.now() - this.#lastSign > longestSilence;
    // After the browser has suspended a page, its timers may run before the messages that arrived meanwhile.
    if (isSilent && this.#isSuspect) this.#lose(socket, "");
    this.#isSuspect = isSilent;
  }

  /** Closes the connection. No callback is called afterwards. */
  close(): void {
    this.#isClosed = true;
    this.#leave();
  }

  #connect(): void {
    this.#leave();
    const socket = this.#open();
    if (socket === undefined) return;
    this.#socket = socket;
    this.#noteSign();
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#noteSign();
      this.#handlers.onOpen();
    };
    socket.onmessage = ({ data }) => {
      this.#noteSign();
      this.#receive(socket, data);
    };
    socket.onclose = ({ code, reason }) => {
      if (finalCodes.includes(code)) {
        this.close();
        this.#handlers.onRefused(code, reason);
      } else {
        this.#lose(socket, reason);
      }
    };
  }

  /** Opens a WebSocket. Returns `undefined` if the browser forbids it, such as ws: on a page with https:. */
  #open(): WebSocket | undefined {
    try {
      return new WebSocket(this.#url);
    } catch (error) {
      this.#isClosed = true;
      const reason = error instanceof Error ? error.message : String(error);
      queueMicrotask(() => this.#handlers.onRefused(closeCodes.refused, reason));
      return undefined;
    }
  }

  /** Handles a message. A frame or a block of audio arrives as two messages: a JSON description, then the data. */
  #receive(socket: WebSocket, data: string | ArrayBuffer): void {
    if (typeof data === "string") {
      this.#read(data);
      return;
    }
    const message = this.#announced;
    this.#announced = undefined;
    if (message?.type === "audio") this.#handlers.onAudio(message, data);
    if (message?.type !== "frame") return;
    const { sequence } = message;
    // The acknowledgement must use the connection of the frame, because each connection numbers its frames from 1.
    this.#handlers.onFrame(message, data, () => sendOver(socket, { type: "shown", sequence }));
  }

  #read(text: string): void {
    let message: ViewMessage;
    try {
      message = JSON.parse(text);
    } catch (error) {
      this.#handlers.onInvalid(error);
      return;
    }
    if (message.type === "hello") this.#admitted ??= performance.now();
    if (message.type === "frame" || message.type === "audio") this.#announced = message;
    else this.#handlers.onMessage(message);
  }

  #lose(socket: WebSocket, reason: string): void {
    if (this.#isClosed || socket !== this.#socket) return;
    // Otherwise, a server that sends a hello and then closes the connection would get a request twice a second.
    const isStable = this.#admitted !== undefined && performance.now() - this.#admitted > stableTime;
    if (isStable) this.#backoff.reset();
    this.#leave();
    this.#timer = setTimeout(() => this.#connect(), this.#backoff.next());
    this.#handlers.onLost(reason);
  }

  #noteSign(): void {
    this.#lastSign = performance.now();
    this.#isSuspect = false;
  }

  #leave(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    this.#announced = undefined;
    this.#admitted = undefined;
    if (socket === undefined) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }
}

function sendOver(socket: WebSocket | undefined, message: ViewerMessage): boolean {
  if (socket?.readyState !== WebSocket.OPEN || socket.bufferedAmount > maxBuffered) return false;
  socket.send(messageText(message));
  return true;
}
