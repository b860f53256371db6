import { once } from "node:events";
import { onTestFinished } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import type { FrameMessage, ViewMessage } from "../../src/wire/view-messages.ts";
import type { DemandMessage, ViewerMessage } from "../../src/wire/viewer-messages.ts";

type Message<Type extends ViewMessage["type"]> = Extract<ViewMessage, { readonly type: Type }>;

/** A frame as it arrived. */
export type ArrivedFrame = FrameMessage & { readonly data: Buffer };

/** The viewer's end of a live view's WebSocket. Messages of each type are read in order; figures are skipped. */
export class ViewClient {
  readonly socket: WebSocket;
  /** Resolves with the code and the reason. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly messages: (ViewMessage | Buffer)[] = [];
  #arrived: (() => void) | undefined;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("error", () => {});
    this.closed = new Promise((resolve) =>
      socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() })),
    );
    this.closed.then(() => this.#arrived?.());
    socket.on("message", (data: Buffer, isBinary) => {
      const message: ViewMessage | Buffer = isBinary ? data : JSON.parse(data.toString());
      if (!Buffer.isBuffer(message) && message.type === "figures") return;
      this.messages.push(message);
      this.#arrived?.();
    });
  }

  /** Starts to connect. */
  static start(url: string, options: ClientOptions = {}): ViewClient {
    const socket = new WebSocket(url, options);
    onTestFinished(() => socket.terminate());
    return new ViewClient(socket);
  }

  /** Connects and reads the hello. */
  static async open(url: string, options: ClientOptions = {}): Promise<ViewClient> {
    const client = ViewClient.start(url, options);
    await once(client.socket, "open");
    await client.read("hello");
    return client;
  }

  /** Connects and sends a demand. Resolves when the server has read it. */
  static async watch(
    url: string,
    demand: Omit<DemandMessage, "type"> = { encoding: "raw" },
    options: ClientOptions = {},
  ): Promise<ViewClient> {
    const client = await ViewClient.open(url, options);
    client.send({ type: "demand", ...demand });
    await client.settle();
    return client;
  }

  /** Resolves with the next message of this type. Other messages stay. Rejects when the connection is closed. */
  async read<Type extends ViewMessage["type"]>(type: Type): Promise<Message<Type>> {
    for (;;) {
      const index = this.messages.findIndex((message) => !Buffer.isBuffer(message) && message.type === type);
      if (index >= 0) return this.messages.splice(index, 1)[0] as Message<Type>;
      await this.#more();
    }
  }

  /** Resolves with the next frame. */
  async frame(): Promise<ArrivedFrame> {
    for (;;) {
      const index = this.messages.findIndex(
        (message) => !Buffer.isBuffer(message) && message.type === "frame",
      );
      if (index >= 0 && index + 1 < this.messages.length) {
        const [header, data] = this.messages.splice(index, 2) as [FrameMessage, Buffer];
        if (!Buffer.isBuffer(data)) throw new Error("the data of a frame must follow its header");
        return { ...header, data };
      }
      await this.#more();
    }
  }

  /** Reads the next frame and acknowledges it. */
  async show(): Promise<ArrivedFrame> {
    const frame = await this.frame();
    this.send({ type: "shown", sequence: frame.sequence });
    return frame;
  }

  /** Resolves when the server has read all earlier messages. */
  async settle(): Promise<void> {
    this.send({ type: "time", sent: 0 });
    await this.read("time");
  }

  send(message: ViewerMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  async #more(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) throw new Error("the connection is closed");
    await new Promise<void>((resolve) => {
      this.#arrived = resolve;
    });
  }
}
