import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";

/** Serves the built element. The file is read once, when it is requested for the first time. */
export class ElementFile {
  readonly #origins: readonly string[];
  readonly #file: URL;
  #content: { readonly body: Buffer; readonly tag: string } | undefined;

  /** `origins`: other origins whose pages may load the file. The default path is correct for the source (`src/element-file.ts`) and for the bundle (`dist/index.js`). */
  constructor(origins: readonly string[] = [], file: URL = new URL("../dist/element.js", import.meta.url)) {
    this.#origins = origins;
    this.#file = file;
  }

  /**
   * Answers a request whose path ends with `/element.js`. Returns `false` for any other request.
   *
   * The whole answer is passed on at once. Node then stops reading from a client that sends requests and takes no
   * answers, and all answers share the memory of the file.
   */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const [path = "", query = ""] = (request.url ?? "").split("?", 2);
    if (!path.endsWith("/element.js")) return false;
    const { method } = request;
    if (method !== "GET" && method !== "HEAD") {
      response.writeHead(405, { Allow: "GET, HEAD", "Content-Length": 0 }).end();
      return true;
    }
    this.#content ??= readElement(this.#file);
    const { body, tag } = this.#content;
    const headers = {
      "Content-Type": "text/javascript; charset=utf-8",
      "Cache-Control": query.includes(tag) ? "public, max-age=31536000, immutable" : "no-cache",
      ETag: `"${tag}"`,
      ...this.#originHeaders(request),
      "X-Content-Type-Options": "nosniff",
    };
    if (request.headers["if-none-match"]?.includes(tag)) response.writeHead(304, headers).end();
    else {
      response.writeHead(200, { ...headers, "Content-Length": body.byteLength });
      if (method === "HEAD") response.end();
      else response.end(body);
    }
    return true;
  }

  /** A browser loads a module from another origin only if the server names that origin. */
  #originHeaders({ headers: { origin } }: IncomingMessage): Record<string, string> {
    if (this.#origins.length === 0) return { "Cross-Origin-Resource-Policy": "same-origin" };
    const isListed = origin !== undefined && this.#origins.includes(origin);
    return {
      Vary: "Origin",
      "Cross-Origin-Resource-Policy": isListed ? "cross-origin" : "same-origin",
      ...(isListed && { "Access-Control-Allow-Origin": origin }),
    };
  }
}

function readElement(file: URL): { readonly body: Buffer; readonly tag: string } {
  const body = readFileSync(file);
  return { body, tag: createHash("sha256").update(body).digest("base64url").slice(0, 16) };
}
