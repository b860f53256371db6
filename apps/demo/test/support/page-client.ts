import { once } from "node:events";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { HostMessage, ViewMessage } from "../../../../packages/live-view/src/wire/view-messages.ts";
import type { ViewerMessage } from "../../../../packages/live-view/src/wire/viewer-messages.ts";
import type { AppMessages } from "../../src/page/app-messages.ts";

/** The viewer's end of a live view's WebSocket. Acknowledges each frame when it arrives. */
export class PageClient {
  readonly closed: Promise<unknown>;
  readonly #socket: WebSocket;
  readonly #messages: (ViewMessage | Buffer)[] = [];
  #arrived: (() => void) | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    // events.once() would reject if the server refuses the connection.
    this.closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("message", (data: Buffer, isBinary) => {
      const message: ViewMessage | Buffer = isBinary ? data : JSON.parse(data.toString());
      this.#messages.push(message);
      if (!Buffer.isBuffer(message) && message.type === "frame")
        this.send({ type: "shown", sequence: message.sequence });
      this.#arrived?.();
    });
  }

  /** Connects to the live view of the page at `url`. Rejects if the server refuses. */
  static async open(url: string, headers: Record<string, string> = {}): Promise<PageClient> {
    const socket = new WebSocket(new URL("live", url.replace("http", "ws")), { headers });
    onTestFinished(() => socket.terminate());
    const opened = once(socket, "open");
    const client = new PageClient(socket);
    await opened;
    return client;
  }

  /** Connects, asks for frames, and waits for the first one. */
  static async watch(url: string): Promise<PageClient> {
    const client = await PageClient.open(url);
    client.send({ type: "demand", encoding: "auto" });
    await client.nextOf("frame");
    return client;
  }

  /** Resolves with the next message, in order of arrival. */
  async next(): Promise<ViewMessage | Buffer> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
  }

  /** Resolves with the next message of a type. Skips other messages. */
  async nextOf<Type extends ViewMessage["type"]>(type: Type): Promise<ViewMessage & { readonly type: Type }> {
    for (;;) {
      const message = await this.next();
      if (!Buffer.isBuffer(message) && message.type === type)
        return message as ViewMessage & { readonly type: Type };
    }
  }

  /** Resolves with the reason of the next interruption that the app explains. The view itself only notices the end. */
  async interrupted(): Promise<string> {
    for (;;) {
      const { reason } = await this.nextOf("interrupted");
      if (!/^The (connection to the source is lost|source has ended)\.$/.test(reason)) return reason;
    }
  }

  /** Resolves with the data of the app's next message of this name. Skips other messages. */
  async told<Name extends keyof AppMessages>(name: Name): Promise<AppMessages[Name]> {
    for (;;) {
      const message: HostMessage = await this.nextOf("message");
      if (message.name === name) return message.data as AppMessages[Name];
    }
  }

  send(message: ViewerMessage): void {
    this.#socket.send(JSON.stringify(message));
  }
}
