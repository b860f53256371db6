import type { AudioMessage, FrameMessage, PageMessage, ViewerMessage } from "./page-messages.ts";

/** Callbacks of a {@link LiveLink}. */
export interface LinkHandlers {
  onOpen(): void;
  /** Call `acknowledge` when the frame was shown or discarded; the app then sends the next one. */
  onFrame(message: FrameMessage, data: ArrayBuffer, acknowledge: () => void): void;
  onAudio(message: AudioMessage, data: ArrayBuffer): void;
  onMessage(message: Exclude<PageMessage, FrameMessage | AudioMessage>): void;
  /** The connection was lost or could not be opened. The link connects again by itself. */
  onLost(): void;
}

const shortestRetry = 500;
const longestRetry = 4_000;

/** A WebSocket to the app that reconnects when it is lost. */
export class LiveLink {
  readonly #url: string;
  readonly #handlers: LinkHandlers;
  #socket: WebSocket | undefined;
  #announced: FrameMessage | AudioMessage | undefined;
  #retry = shortestRetry;

  constructor(url: string, handlers: LinkHandlers) {
    this.#url = url;
    this.#handlers = handlers;
    this.#connect();
  }

  /** Sends a message. Without an open connection the message is discarded. */
  send(message: ViewerMessage): void {
    if (this.#socket !== undefined) sendOver(this.#socket, message);
  }

  #connect(): void {
    const socket = new WebSocket(this.#url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#retry = shortestRetry;
      this.#handlers.onOpen();
    };
    socket.onmessage = ({ data }) => this.#receive(socket, data);
    socket.onclose = () => {
      this.#announced = undefined;
      this.#handlers.onLost();
      setTimeout(() => this.#connect(), this.#retry);
      this.#retry = Math.min(longestRetry, this.#retry * 1.5);
    };
    this.#socket = socket;
  }

  /** A frame or a block of audio arrives as two messages: JSON that describes it, then its data. */
  #receive(socket: WebSocket, data: string | ArrayBuffer): void {
    if (typeof data === "string") {
      const message: PageMessage = JSON.parse(data);
      if (message.type === "frame" || message.type === "audio") this.#announced = message;
      else this.#handlers.onMessage(message);
      return;
    }
    const message = this.#announced;
    this.#announced = undefined;
    if (message?.type === "audio") this.#handlers.onAudio(message, data);
    if (message?.type !== "frame") return;
    const { sequence } = message;
    // Acknowledge on the connection that delivered the frame: each connection has its own sequence.
    this.#handlers.onFrame(message, data, () => sendOver(socket, { type: "shown", sequence }));
  }
}

function sendOver(socket: WebSocket, message: ViewerMessage): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}
