import { EventEmitter, once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A web site that answers a request for its page only when the test says so. */
export class UnansweredSite implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;
  readonly #requests: ServerResponse[] = [];
  readonly #events = new EventEmitter<{ request: [] }>();

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    server.on("request", ({ url }, response: ServerResponse) => {
      if (url !== "/") return response.writeHead(404).end();
      this.#requests.push(response);
      this.#events.emit("request");
    });
  }

  static async open(): Promise<UnansweredSite> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new UnansweredSite(server);
  }

  /** Resolves with the next request for the page. */
  async next(): Promise<{ answer(html: string): void }> {
    while (this.#requests.length === 0) await once(this.#events, "request");
    const response = this.#requests.shift();
    return { answer: (html) => void response?.setHeader("content-type", "text/html").end(html) };
  }

  /** Refuses further connections. */
  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}
