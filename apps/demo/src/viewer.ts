import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { RawData, WebSocket } from "ws";
import type { PageFigures, PageMessage, ViewerMessage } from "./page/page-messages.ts";
import { PictureSlot, type PublishedPicture } from "./picture-slot.ts";

/** Seconds of sound that may wait in a viewer's socket. */
const longestSoundWait = 1;
/** Milliseconds that a viewer has to say goodbye. */
const closeTimeout = 500;

/** One page that watches. However slow it is, it holds up nobody and keeps little waiting. */
export class Viewer {
  readonly #socket: WebSocket;
  readonly #onSound: () => void;
  readonly #slot = new PictureSlot();
  #wantsSound = false;
  #secondsWaiting = 0;
  #figuresWait = false;

  /** @param onSound Called when {@link wantsSound} has changed. */
  constructor(socket: WebSocket, onSound: () => void) {
    this.#socket = socket;
    this.#onSound = onSound;
    // What goes wrong with one socket ends in its 'close'; unheard, it would end the process.
    socket.on("error", () => {});
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
  }

  get wantsSound(): boolean {
    return this.#wantsSound;
  }

  /** Sends a message that needs no picture or sound with it. */
  tell(message: PageMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** Sends the newest picture, now or when the viewer is ready for it. */
  show(picture: PublishedPicture): void {
    this.#sendPicture(this.#slot.offer(picture));
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
    const message: PageMessage = { type: "figures", ...figures, viewers, drops: this.#slot.replaced };
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
    const message = isBinary ? undefined : parse(data.toString());
    switch (message?.type) {
      case "shown":
        this.#sendPicture(this.#slot.acknowledge(message.sequence));
        break;
      case "time":
        this.tell({ type: "time", sent: message.sent, now: Number(process.hrtime.bigint() / 1_000n) });
        break;
      case "sound":
        this.#wantsSound = message.on;
        this.#onSound();
        break;
      default:
        // No page of ours says that.
        this.#socket.close(1008);
    }
  }

  /** Two messages, so that the pixels need not be copied behind their header. */
  #sendPicture(picture: PublishedPicture | undefined): void {
    if (picture === undefined) return;
    this.#socket.send(picture.header);
    this.#socket.send(picture.data);
  }
}

function parse(text: string): ViewerMessage | undefined {
  let message: Partial<Record<string, unknown>> | null;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { type, sequence, on, sent } = message ?? {};
  if (type === "shown" && typeof sequence === "number") return { type, sequence };
  if (type === "sound" && typeof on === "boolean") return { type, on };
  if (type === "time" && typeof sent === "number") return { type, sent };
  return undefined;
}
