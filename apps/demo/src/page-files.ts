import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";

const types = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
};

/** Matches a slash and one file name, so that requests cannot read files outside the page's folder. */
const fileName = /^\/(?<name>[a-z-]+\.(?<kind>css|js))$/;

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

/**
 * Answers a request with a file of the page.
 *
 * @param path Path after the token; `undefined` for a request that must be rejected.
 */
export async function servePageFile(
  request: IncomingMessage,
  response: ServerResponse,
  path: string | undefined,
  directory: URL,
): Promise<void> {
  const answer = (status: number, type: string, body: Uint8Array | string): void => {
    response
      .writeHead(status, { ...headers, "Content-Type": type })
      .end(request.method === "HEAD" ? "" : body);
  };
  if (path === undefined) {
    return answer(
      403,
      "text/plain",
      "Open the whole address that the demo printed: it contains a secret token.\n",
    );
  }
  if (request.method !== "GET" && request.method !== "HEAD") return answer(405, "text/plain", "GET only\n");

  const { name = "index.html", kind = "html" } = fileName.exec(path)?.groups ?? {};
  if (kind === "html" && path !== "/") return answer(404, "text/plain", "No such file\n");
  try {
    answer(200, types[kind as keyof typeof types], await readFile(new URL(name, directory)));
  } catch {
    answer(404, "text/plain", "No such file. If this is the page itself, it has not been built yet.\n");
  }
}
