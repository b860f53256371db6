import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { RawData, WebSocket } from "ws";
import type { InputMessage } from "./input-message.ts";
import type { PageFigures, PageMessage } from "./page/page-messages.ts";
import { PictureFeed, type PublishedPicture } from "./picture-feed.ts";
import { parseViewerMessage } from "./viewer-messages.ts";

/** Seconds of sound that may wait in a viewer's socket. */
const longestSoundWait = 1;
/** Milliseconds that a viewer has to say goodbye. */
const closeTimeout = 500;

/** What a viewer asks for that concerns more than itself. */
export interface ViewerEvents {
  /** {@link Viewer.wantsSound} has changed. */
  onSound(): void;
  onInput(input: InputMessage): void;
  onKill(): void;
}

/** One page that watches. However slow it is, it holds up nobody and keeps little waiting. */
export class Viewer {
  readonly #socket: WebSocket;
  readonly #events: ViewerEvents;
  readonly #pictures = new PictureFeed({
    onPicture: (message, data) => {
      // Two messages, so that the pixels need not be copied behind their header.
      this.tell(message);
      this.#socket.send(data);
    },
    onFailure: ({ message }) => this.tell({ type: "failed", reason: message }),
  });
  #wantsSound = false;
  #secondsWaiting = 0;
  #figuresWait = false;

  constructor(socket: WebSocket, events: ViewerEvents) {
    this.#socket = socket;
    this.#events = events;
    // What goes wrong with one socket ends in its 'close'; unheard, it would end the process.
    socket.on("error", () => {});
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("close", () => this.#pictures.close());
  }

  get wantsSound(): boolean {
    return this.#wantsSound;
  }

  /** Sends a message; a picture's or a sound's has its data after it. */
  tell(message: PageMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** Sends the newest picture, now or when the viewer is ready for it. */
  show(picture: PublishedPicture): void {
    this.#pictures.offer(picture);
  }

  /** Sends sound, if the viewer wants it and keeps up with it. */
  play(header: string, sample: AudioSample): void {
    const seconds = sample.numberOfFrames / sample.sampleRate;
    if (!this.#wantsSound || this.#secondsWaiting + seconds > longestSoundWait) return;
    this.#secondsWaiting += seconds;
    this.#socket.send(header);
    this.#socket.send(sample.data, () => {
      this.#secondsWaiting -= seconds;
    });
  }

  /** Sends the figures, unless the last ones are still waiting. */
  showFigures(figures: PageFigures, viewers: number): void {
    if (this.#figuresWait) return;
    this.#figuresWait = true;
    const message: PageMessage = { type: "figures", ...figures, viewers, drops: this.#pictures.replaced };
    this.#socket.send(JSON.stringify(message), () => {
      this.#figuresWait = false;
    });
  }

  /** Says goodbye, and hangs up on a viewer that does not answer. */
  close(): void {
    this.#socket.close(1001);
    const timer = setTimeout(() => this.#socket.terminate(), closeTimeout);
    this.#socket.once("close", () => clearTimeout(timer));
  }

  #receive(data: RawData, isBinary: boolean): void {
    const message = isBinary ? undefined : parseViewerMessage(data.toString());
    switch (message?.type) {
      case "demand":
        this.#pictures.setDemand(message);
        break;
      case "shown":
        this.#pictures.acknowledge(message.sequence);
        break;
      case "refresh":
        this.#pictures.refresh();
        break;
      case "time":
        this.tell({ type: "time", sent: message.sent, now: Number(process.hrtime.bigint() / 1_000n) });
        break;
      case "sound":
        this.#wantsSound = message.on;
        this.#events.onSound();
        break;
      case "input":
        this.#events.onInput(message.input);
        break;
      case "kill":
        this.#events.onKill();
        break;
      default:
        // No page of ours says that.
        this.#socket.close(1008);
    }
  }
}
