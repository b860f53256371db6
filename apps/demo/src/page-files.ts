import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";

const types = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
};

/** Names without a way out of the folder. */
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

/** Answers a request with one of the page's files. */
export async function servePageFile(
  request: IncomingMessage,
  response: ServerResponse,
  directory: URL,
): Promise<void> {
  const answer = (status: number, type: string, body: Uint8Array | string): void => {
    response
      .writeHead(status, { ...headers, "Content-Type": type })
      .end(request.method === "HEAD" ? "" : body);
  };
  if (request.method !== "GET" && request.method !== "HEAD") return answer(405, "text/plain", "GET only\n");

  const path = pathOf(request);
  const { name = "index.html", kind = "html" } = fileName.exec(path)?.groups ?? {};
  if (kind === "html" && path !== "/") return answer(404, "text/plain", "No such file\n");
  try {
    answer(200, types[kind as keyof typeof types], await readFile(new URL(name, directory)));
  } catch {
    answer(404, "text/plain", "No such file. If this is the page itself: it is not built yet.\n");
  }
}

/**
 * Whether a request comes from a page of this server, or from a program on this machine. Other pages in the same
 * browser are kept out, also those whose name was made to point at this machine (DNS rebinding).
 */
export function isOwnRequest(request: IncomingMessage): boolean {
  const { host, origin } = request.headers;
  const port = request.socket.localPort;
  const hosts = ["127.0.0.1", "localhost"].flatMap((name) =>
    port === 80 ? [name, `${name}:80`] : [`${name}:${port}`],
  );
  return host !== undefined && hosts.includes(host) && (origin === undefined || origin === `http://${host}`);
}

/** The path of a request, without its query. */
export function pathOf(request: IncomingMessage): string {
  return request.url?.split("?", 1)[0] ?? "/";
}
