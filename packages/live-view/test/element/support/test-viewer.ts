import { once } from "node:events";
import type { WebSocket } from "ws";
import type { FrameMessage, HelloMessage, ViewMessage } from "../../../src/wire/view-messages.ts";
import type { ViewerMessage } from "../../../src/wire/viewer-messages.ts";

/** The server's end of an element's WebSocket. Time requests are answered automatically. */
export class TestViewer {
  /** The messages that have arrived, without time requests. */
  readonly messages: ViewerMessage[] = [];
  readonly closed: Promise<unknown>;
  /** Whether time requests are answered. */
  answersTime = true;
  /** Number of messages that {@link next} has returned. */
  #read = 0;
  #sequence = 0;
  readonly #socket: WebSocket;
  #arrived: (() => void) | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = once(socket, "close");
    socket.on("error", () => {});
    socket.on("message", (data) => {
      const message: ViewerMessage = JSON.parse(String(data));
      if (message.type !== "time") {
        this.messages.push(message);
        this.#arrived?.();
      } else if (this.answersTime) {
        this.send({ type: "time", sent: message.sent, now: TestViewer.now() });
      }
    });
  }

  /** Time of the server's clock in microseconds. */
  static now(): number {
    return Math.round(performance.now() * 1_000) + 5_000_000_000;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Resolves with the next message of the given type, and skips messages of other types before it. */
  async next<T extends ViewerMessage["type"]>(type: T): Promise<Extract<ViewerMessage, { type: T }>> {
    for (;;) {
      const message = this.messages[this.#read];
      if (message === undefined) {
        await new Promise<void>((resolve) => {
          this.#arrived = resolve;
        });
        continue;
      }
      this.#read++;
      if (message.type === type) return message as Extract<ViewerMessage, { type: T }>;
    }
  }

  send(message: ViewMessage, data?: Uint8Array): void {
    this.#socket.send(JSON.stringify(message));
    if (data !== undefined) this.#socket.send(data);
  }

  /** Sends text as it is. */
  sendText(text: string): void {
    this.#socket.send(text);
  }

  hello(fields: Partial<HelloMessage> = {}): void {
    const defaults = { viewer: "1", mayControl: false, hasAudio: false, isSameClock: true } as const;
    this.send({ type: "hello", ...defaults, ...fields });
  }

  /** Sends a frame with the next sequence number. Returns the number. */
  frame(metadata: object, data: Uint8Array): number {
    const sequence = ++this.#sequence;
    const size = metadata as { codedWidth: number; codedHeight: number };
    this.send(
      {
        type: "frame",
        sequence,
        fullWidth: size.codedWidth,
        fullHeight: size.codedHeight,
        timestamp: TestViewer.now(),
        ...metadata,
      } as FrameMessage,
      data,
    );
    return sequence;
  }

  close(code: number, reason = ""): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }
}
