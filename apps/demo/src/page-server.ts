import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { type LiveView, refuseUpgrade } from "@broadcast-ipc/live-view";
import { PageAccess } from "./page-access.ts";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
};

const headers = {
  "Cache-Control": "no-store",
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/** Options of {@link PageServer.listen}. */
export interface PageServerOptions {
  /** Port on 127.0.0.1; 0 for any free port. */
  readonly port: number;
  readonly view: LiveView;
  /** Folder of the built page. Default: `dist/page/`. */
  readonly directory?: URL | undefined;
}

/** Serves the demo's page and its live view on 127.0.0.1. */
export class PageServer implements AsyncDisposable {
  /** Address of the page. Any user of this machine who knows the address can watch. */
  readonly url: string;
  readonly #server: Server;
  #closed: Promise<unknown> | undefined;

  private constructor(server: Server, access: PageAccess) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${access.path}`;
  }

  /** Starts serving the page. Rejects with the system error, such as EADDRINUSE, if the port cannot be opened. */
  static async listen({ port, view, directory }: PageServerOptions): Promise<PageServer> {
    // The relative path is correct for both the source (src/page-server.ts) and the bundle (dist/main.js).
    const files = readFiles(directory ?? new URL("../dist/page/", import.meta.url));
    const access = new PageAccess();
    const server = createServer((request, response) => {
      const path = access.pathOf(request);
      if (path !== undefined && view.handleRequest(request, response)) return;
      answer(request, response, path, files);
    });
    server.on("upgrade", (request, socket, head) => {
      if (access.pathOf(request) === "/live") view.handleUpgrade(request, socket, head);
      else refuseUpgrade(socket);
    });
    server.listen({ host: "127.0.0.1", port });
    await once(server, "listening");
    // Keeps the server running if a connection cannot be accepted, for example because too many files are open.
    server.on("error", () => {});
    return new PageServer(server, access);
  }

  /** Closes the port and all connections but the viewers', which the view closes. Resolves when they are closed. */
  async close(): Promise<void> {
    if (this.#closed === undefined) {
      this.#closed = once(this.#server, "close");
      this.#server.close();
      this.#server.closeAllConnections();
    }
    await this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Reads the page into memory, so that requests cannot make this process read files. */
function readFiles(directory: URL): ReadonlyMap<string, Buffer> {
  try {
    const names = readdirSync(directory).filter((name) => extname(name) in types);
    return new Map(names.map((name) => [name, readFileSync(new URL(name, directory))]));
  } catch (cause) {
    throw new Error("The page of the demo has not been built: run npm run build.", { cause });
  }
}

/**
 * Answers a request with a file of the page.
 *
 * @param path Path after the token; `undefined` for a request that must be rejected.
 */
function answer(
  request: IncomingMessage,
  response: ServerResponse,
  path: string | undefined,
  files: ReadonlyMap<string, Buffer>,
): void {
  const name = path === "/" ? "index.html" : (path?.slice(1) ?? "");
  const file = files.get(name);
  const [status, type, body] =
    path === undefined
      ? [403, "text/plain", "Open the whole address that the demo printed: it contains a secret token.\n"]
      : request.method !== "GET" && request.method !== "HEAD"
        ? [405, "text/plain", "GET only\n"]
        : file === undefined
          ? [404, "text/plain", "No such file\n"]
          : [200, types[extname(name)] ?? "", file];
  response
    .writeHead(status, { ...headers, "Content-Type": type, "Content-Length": Buffer.byteLength(body) })
    .end(request.method === "HEAD" ? "" : body);
}
