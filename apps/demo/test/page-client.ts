import { once } from "node:events";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { FrameDemand, FrameMessage, PageMessage, ViewerMessage } from "../src/page/page-messages.ts";

/** The viewer's end of a live page's WebSocket. */
export class PageClient {
  readonly closed: Promise<unknown>;
  readonly #socket: WebSocket;
  readonly #messages: (PageMessage | Buffer)[] = [];
  #arrived: (() => void) | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    // events.once() would reject if the server refuses the connection.
    this.closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("message", (data: Buffer, isBinary) => {
      this.#messages.push(isBinary ? data : JSON.parse(data.toString()));
      this.#arrived?.();
    });
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<PageClient> {
    const socket = new WebSocket(new URL("live", url.replace("http", "ws")), { headers });
    onTestFinished(() => socket.terminate());
    const opened = once(socket, "open");
    const client = new PageClient(socket);
    await opened;
    return client;
  }

  /** Connects, sends a demand, and reads the server's hello. */
  static async watch(url: string, demand: FrameDemand = { encoding: "raw" }): Promise<PageClient> {
    const client = await PageClient.open(url);
    client.send({ type: "demand", ...demand });
    await client.next();
    await client.settle();
    return client;
  }

  /** Resolves with the next message, in order of arrival. */
  async next(): Promise<PageMessage | Buffer> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
  }

  /** Resolves with the next message of a type. Skips other messages. */
  async nextOf<Type extends PageMessage["type"]>(type: Type): Promise<PageMessage & { readonly type: Type }> {
    for (;;) {
      const message = await this.next();
      if (!Buffer.isBuffer(message) && message.type === type)
        return message as PageMessage & { readonly type: Type };
    }
  }

  /** Resolves with the next frame. Throws if the next two messages are not a frame's header and its bytes. */
  async nextFrame(): Promise<FrameMessage & { readonly data: Buffer }> {
    const header = await this.next();
    const data = await this.next();
    if (Buffer.isBuffer(header) || header.type !== "frame" || !Buffer.isBuffer(data)) {
      throw new Error(`No frame: ${JSON.stringify(header)}`);
    }
    return { ...header, data };
  }

  /** Acknowledges a frame. Resolves when the server has read the message. Throws if another message arrives first. */
  async acknowledge(sequence: number): Promise<void> {
    this.send({ type: "shown", sequence });
    await this.settle();
  }

  /** Resolves when the server has read all earlier messages. Throws if another message arrives first. */
  async settle(): Promise<void> {
    this.send({ type: "time", sent: 0 });
    const answer = await this.next();
    if (Buffer.isBuffer(answer) || answer.type !== "time") {
      throw new Error(`Not the time: ${JSON.stringify(answer)}`);
    }
  }

  send(message: ViewerMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  sendRaw(data: string | Buffer): void {
    this.#socket.send(data);
  }

  close(): Promise<unknown> {
    this.#socket.close();
    return this.closed;
  }
}
