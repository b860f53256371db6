import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/**
 * Accepts requests whose path contains the token and that come from a page of this server or from a program on this
 * machine. The token is the first segment of the path, so relative links on the page contain the token too.
 */
export class PageAccess {
  readonly #token = randomBytes(16).toString("base64url");

  /** The path of the page, including the token. */
  get path(): string {
    return `/${this.#token}/`;
  }

  /** Returns the path after the token, without the query. Returns `undefined` if the request must be rejected. */
  pathOf(request: IncomingMessage): string | undefined {
    const { token = "", path } = /^\/(?<token>[^/?]*)(?<path>\/[^?]*)/.exec(request.url ?? "")?.groups ?? {};
    return isOwnRequest(request) && isSame(token, this.#token) ? path : undefined;
  }
}

/**
 * Whether a request comes from a page of this server or from a program on this machine. Requests from pages of other
 * origins are rejected, which also prevents DNS rebinding.
 */
function isOwnRequest(request: IncomingMessage): boolean {
  const { host, origin } = request.headers;
  const port = request.socket.localPort;
  const hosts = ["127.0.0.1", "localhost"].flatMap((name) =>
    port === 80 ? [name, `${name}:80`] : [`${name}:${port}`],
  );
  return host !== undefined && hosts.includes(host) && (origin === undefined || origin === `http://${host}`);
}

/** Compares two texts in constant time. Digests are compared, because timingSafeEqual requires equal lengths. */
function isSame(given: string, expected: string): boolean {
  const [one, other] = [given, expected].map((text) => createHash("sha256").update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
