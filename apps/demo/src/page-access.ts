import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/**
 * Decides which requests are answered: those that hold the token, and come from a page of this server or from a program
 * on this machine. The token is the first part of the path, so that whatever a page names beside itself has it as well.
 */
export class PageAccess {
  readonly #token = randomBytes(16).toString("base64url");

  /** The path of the page. */
  get path(): string {
    return `/${this.#token}/`;
  }

  /** The path of a request behind the token, without its query; `undefined` where the request is not to be answered. */
  pathOf(request: IncomingMessage): string | undefined {
    const { token = "", path } = /^\/(?<token>[^/?]*)(?<path>\/[^?]*)/.exec(request.url ?? "")?.groups ?? {};
    return isOwnRequest(request) && isSame(token, this.#token) ? path : undefined;
  }
}

/**
 * Whether a request comes from a page of this server, or from a program on this machine. Other pages in the same
 * browser are kept out, also those whose name was made to point at this machine (DNS rebinding).
 */
function isOwnRequest(request: IncomingMessage): boolean {
  const { host, origin } = request.headers;
  const port = request.socket.localPort;
  const hosts = ["127.0.0.1", "localhost"].flatMap((name) =>
    port === 80 ? [name, `${name}:80`] : [`${name}:${port}`],
  );
  return host !== undefined && hosts.includes(host) && (origin === undefined || origin === `http://${host}`);
}

/** Takes the same time wherever they differ; their digests are equally long. */
function isSame(given: string, expected: string): boolean {
  const [one, other] = [given, expected].map((text) => createHash("sha256").update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
