import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { RawData, WebSocket } from "ws";
import { FrameFeed, type PublishedFrame } from "./frame-feed.ts";
import type { InputMessage } from "./input-message.ts";
import type { PageFigures, PageMessage } from "./page/page-messages.ts";
import { parseViewerMessage } from "./viewer-messages.ts";

/** Maximum length of audio that waits in a viewer's socket, in seconds. */
const longestAudioWait = 1;
/** Longest wait for the WebSocket's closing handshake, in ms. */
const closeTimeout = 500;

/** Callbacks of a {@link Viewer}. */
export interface ViewerEvents {
  /** Called after the viewer has turned audio on or off. */
  onAudio(): void;
  onInput(input: InputMessage): void;
  onKill(): void;
}

/** A connected page. A slow viewer does not delay other viewers, and the data that waits for a viewer is bounded. */
export class Viewer {
  readonly #socket: WebSocket;
  readonly #events: ViewerEvents;
  readonly #frames = new FrameFeed({
    onFrame: (message, data) => {
      // With two messages, the header and the pixels are not copied into one buffer.
      this.tell(message);
      this.#socket.send(data);
    },
    onFailure: ({ message }) => this.tell({ type: "failed", reason: message }),
  });
  #wantsAudio = false;
  #secondsWaiting = 0;
  #figuresWait = false;

  constructor(socket: WebSocket, events: ViewerEvents) {
    this.#socket = socket;
    this.#events = events;
    // Without a listener, a socket error would end the process. A 'close' event follows every error.
    socket.on("error", () => {});
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("close", () => this.#frames.close());
  }

  get wantsAudio(): boolean {
    return this.#wantsAudio;
  }

  /** Sends a message as JSON. The data of a frame or of audio follows as a binary message. */
  tell(message: PageMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** Offers a frame. The frame is sent when the viewer is ready, unless a newer frame replaces it first. */
  show(frame: PublishedFrame): void {
    this.#frames.offer(frame);
  }

  /** Sends audio if the viewer has audio turned on. Audio is dropped if too much audio waits in the socket. */
  play(header: string, sample: AudioSample): void {
    const seconds = sample.numberOfFrames / sample.sampleRate;
    if (!this.#wantsAudio || this.#secondsWaiting + seconds > longestAudioWait) return;
    this.#secondsWaiting += seconds;
    this.#socket.send(header);
    this.#socket.send(sample.data, () => {
      this.#secondsWaiting -= seconds;
    });
  }

  /** Sends the figures, unless earlier figures still wait in the socket. */
  showFigures(figures: PageFigures, viewers: number): void {
    if (this.#figuresWait) return;
    this.#figuresWait = true;
    const message: PageMessage = { type: "figures", ...figures, viewers, drops: this.#frames.replaced };
    this.#socket.send(JSON.stringify(message), () => {
      this.#figuresWait = false;
    });
  }

  /** Starts the closing handshake, and terminates the connection if the viewer does not answer in time. */
  close(): void {
    this.#socket.close(1001);
    const timer = setTimeout(() => this.#socket.terminate(), closeTimeout);
    this.#socket.once("close", () => clearTimeout(timer));
  }

  #receive(data: RawData, isBinary: boolean): void {
    const message = isBinary ? undefined : parseViewerMessage(data.toString());
    switch (message?.type) {
      case "demand":
        this.#frames.setDemand(message);
        break;
      case "shown":
        this.#frames.acknowledge(message.sequence);
        break;
      case "refresh":
        this.#frames.refresh();
        break;
      case "time":
        this.tell({ type: "time", sent: message.sent, now: Number(process.hrtime.bigint() / 1_000n) });
        break;
      case "audio":
        this.#wantsAudio = message.on;
        this.#events.onAudio();
        break;
      case "input":
        this.#events.onInput(message.input);
        break;
      case "kill":
        this.#events.onKill();
        break;
      default:
        // The demo's own page never sends an invalid message, so the connection is closed.
        this.#socket.close(1008);
    }
  }
}
