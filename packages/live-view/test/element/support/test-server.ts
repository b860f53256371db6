import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { TestViewer } from "./test-viewer.ts";

/** The policy of the test pages: nothing but the element's script and its WebSocket. */
const policy =
  "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'";

/** Serves test pages under a strict CSP, and speaks the server's part of the wire messages. */
export class TestServer implements AsyncDisposable {
  /** The connections so far, in order. */
  readonly viewers: TestViewer[] = [];
  /** Called for each connection. */
  onViewer: (viewer: TestViewer) => void = () => {};
  /** The content of `<body>` in the page at "/". */
  body = `<broadcast-view src="live"></broadcast-view>`;
  /** More content of `<head>`. */
  head = "";
  /** The content of "/test.js", a script that pages may list in {@link scripts}. */
  testScript = "";
  /** The scripts of the page. */
  scripts: readonly string[] = ["element.js"];
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  #arrived: (() => void) | undefined;

  private constructor(server: Server) {
    this.#server = server;
    this.#sockets = new WebSocketServer({ server });
    this.#sockets.on("connection", (socket) => {
      const viewer = new TestViewer(socket);
      this.viewers.push(viewer);
      this.onViewer(viewer);
      this.#arrived?.();
    });
  }

  static async open(port = 0): Promise<TestServer> {
    const script = await readFile(new URL("../../../dist/element.js", import.meta.url));
    const server = createServer((request, response) => {
      const isScript = request.url?.endsWith("element.js");
      response.setHeader("content-type", isScript ? "text/javascript" : "text/html; charset=utf-8");
      response.setHeader("content-security-policy", policy);
      if (request.url === "/test.js") {
        response.setHeader("content-type", "text/javascript");
        response.end(test.testScript);
      } else {
        response.end(isScript ? script : test.#page());
      }
    });
    const test = new TestServer(server);
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return test;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** URL of the page with {@link body}. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** Resolves with the connection of the given number, from 0. */
  async viewer(index = 0): Promise<TestViewer> {
    for (;;) {
      const viewer = this.viewers[index];
      if (viewer !== undefined) return viewer;
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const viewer of this.viewers) viewer.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #page(): string {
    const scripts = this.scripts.map((script) => `<script type="module" src="${script}"></script>`).join("");
    return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test</title>
<meta name="viewport" content="width=device-width">${scripts}${this.head}</head>
<body>${this.body}</body></html>`;
  }
}
