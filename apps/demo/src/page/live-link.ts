import type { AudioMessage, PageMessage, PictureMessage, ViewerMessage } from "./page-messages.ts";

/** What a {@link LiveLink} reports. */
export interface LinkHandlers {
  onOpen(): void;
  /** `acknowledge` is to be called when the picture is dealt with: the next may come. */
  onPicture(message: PictureMessage, data: ArrayBuffer, acknowledge: () => void): void;
  onAudio(message: AudioMessage, data: ArrayBuffer): void;
  onMessage(message: Exclude<PageMessage, PictureMessage | AudioMessage>): void;
  /** The connection is gone, or could not be made; another attempt follows by itself. */
  onLost(): void;
}

const shortestRetry = 500;
const longestRetry = 4_000;

/** The connection to the app, made again whenever it is lost. */
export class LiveLink {
  readonly #url: string;
  readonly #handlers: LinkHandlers;
  #socket: WebSocket | undefined;
  #announced: PictureMessage | AudioMessage | undefined;
  #retry = shortestRetry;

  constructor(url: string, handlers: LinkHandlers) {
    this.#url = url;
    this.#handlers = handlers;
    this.#connect();
  }

  /** Sends a message; without a connection it is forgotten. */
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

  /** A picture or sound comes in two messages: what it is, and its data. */
  #receive(socket: WebSocket, data: string | ArrayBuffer): void {
    if (typeof data === "string") {
      const message: PageMessage = JSON.parse(data);
      if (message.type === "picture" || message.type === "audio") this.#announced = message;
      else this.#handlers.onMessage(message);
      return;
    }
    const message = this.#announced;
    this.#announced = undefined;
    if (message?.type === "audio") this.#handlers.onAudio(message, data);
    if (message?.type !== "picture") return;
    const { sequence } = message;
    // To the connection that it came from: each counts its own pictures.
    this.#handlers.onPicture(message, data, () => sendOver(socket, { type: "shown", sequence }));
  }
}

function sendOver(socket: WebSocket, message: ViewerMessage): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}
