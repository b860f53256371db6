import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { RawData, WebSocket } from "ws";
import { FrameFeed, type PublishedFrame } from "./frame-feed.ts";
import type { InputMessage } from "./input-message.ts";
import type { PageFigures, PageMessage } from "./page/page-messages.ts";
import { parseViewerMessage } from "./viewer-messages.ts";

/** Seconds of audio that may wait in a viewer's socket. */
const longestAudioWait = 1;
/** Milliseconds for the WebSocket's closing handshake. */
const closeTimeout = 500;

/** Events of one viewer that concern the whole page. */
export interface ViewerEvents {
  /** {@link Viewer.wantsAudio} changed. */
  onAudio(): void;
  onInput(input: InputMessage): void;
  onKill(): void;
}

/** One connected page. A slow one delays no other and needs little memory. */
export class Viewer {
  readonly #socket: WebSocket;
  readonly #events: ViewerEvents;
  readonly #frames = new FrameFeed({
    onFrame: (message, data) => {
      // Two messages, so that the pixels need not be copied into one buffer with their header.
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
    // Without a listener, a socket's error would end the process; 'close' follows anyway.
    socket.on("error", () => {});
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("close", () => this.#frames.close());
  }

  get wantsAudio(): boolean {
    return this.#wantsAudio;
  }

  /** Sends a message. The data of a frame or of audio follows separately. */
  tell(message: PageMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** Offers a frame; it is sent when the viewer is ready, unless a newer one replaces it. */
  show(frame: PublishedFrame): void {
    this.#frames.offer(frame);
  }

  /** Sends audio if the viewer has it turned on and its socket does not lag behind. */
  play(header: string, sample: AudioSample): void {
    const seconds = sample.numberOfFrames / sample.sampleRate;
    if (!this.#wantsAudio || this.#secondsWaiting + seconds > longestAudioWait) return;
    this.#secondsWaiting += seconds;
    this.#socket.send(header);
    this.#socket.send(sample.data, () => {
      this.#secondsWaiting -= seconds;
    });
  }

  /** Sends the figures, unless the previous ones are still waiting in the socket. */
  showFigures(figures: PageFigures, viewers: number): void {
    if (this.#figuresWait) return;
    this.#figuresWait = true;
    const message: PageMessage = { type: "figures", ...figures, viewers, drops: this.#frames.replaced };
    this.#socket.send(JSON.stringify(message), () => {
      this.#figuresWait = false;
    });
  }

  /** Closes the connection; terminates it if the viewer does not answer in time. */
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
        // The demo's own page never sends an invalid message.
        this.#socket.close(1008);
    }
  }
}
