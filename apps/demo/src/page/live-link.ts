import type { AudioMessage, FrameMessage, PageMessage, ViewerMessage } from "./page-messages.ts";

/** Callbacks of a {@link LiveLink}. */
export interface LinkHandlers {
  onOpen(): void;
  /** Call `acknowledge` after the frame has been shown or discarded. The app then sends the next frame. */
  onFrame(message: FrameMessage, data: ArrayBuffer, acknowledge: () => void): void;
  onAudio(message: AudioMessage, data: ArrayBuffer): void;
  onMessage(message: Exclude<PageMessage, FrameMessage | AudioMessage>): void;
  /** Called when the connection is lost or cannot be opened. The link then reconnects automatically. */
  onLost(): void;
}

const shortestRetry = 500;
const longestRetry = 4_000;

/** A WebSocket connection to the app that reconnects automatically. */
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

  /** Sends a message. The message is discarded if the connection is not open. */
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

  /** Handles a message. A frame or a block of audio arrives as two messages: a JSON description, then the data. */
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
    // The acknowledgement must use the connection of the frame, because each connection numbers its frames from 1.
    this.#handlers.onFrame(message, data, () => sendOver(socket, { type: "shown", sequence }));
  }
}

function sendOver(socket: WebSocket, message: ViewerMessage): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}
