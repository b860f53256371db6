import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/**
 * Decides which requests are answered: those with the token, from a page of this server or from a program on this
 * machine. The token is the first part of the path, so relative links on the page contain it as well.
 */
export class PageAccess {
  readonly #token = randomBytes(16).toString("base64url");

  /** The path of the page. */
  get path(): string {
    return `/${this.#token}/`;
  }

  /** Path of a request after the token, without the query; `undefined` if the request must not be answered. */
  pathOf(request: IncomingMessage): string | undefined {
    const { token = "", path } = /^\/(?<token>[^/?]*)(?<path>\/[^?]*)/.exec(request.url ?? "")?.groups ?? {};
    return isOwnRequest(request) && isSame(token, this.#token) ? path : undefined;
  }
}

/**
 * Whether a request comes from a page of this server or from a program on this machine. Pages of other origins in the
 * same browser are rejected, including those that reach this machine by DNS rebinding.
 */
function isOwnRequest(request: IncomingMessage): boolean {
  const { host, origin } = request.headers;
  const port = request.socket.localPort;
  const hosts = ["127.0.0.1", "localhost"].flatMap((name) =>
    port === 80 ? [name, `${name}:80`] : [`${name}:${port}`],
  );
  return host !== undefined && hosts.includes(host) && (origin === undefined || origin === `http://${host}`);
}

/** Compares in constant time; the digests have the same length. */
function isSame(given: string, expected: string): boolean {
  const [one, other] = [given, expected].map((text) => createHash("sha256").update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
