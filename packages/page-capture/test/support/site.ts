import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Serves HTML pages at two origins that Chromium counts as different sites. */
export class Site implements AsyncDisposable {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** `pages` has the HTML of each path. In the HTML, `OTHER` is replaced by the other origin. */
  static async open(pages: Record<string, string>): Promise<Site> {
    const server = createServer(({ url = "/", headers: { host = "" } }, response) => {
      const other = host.startsWith("localhost") ? "127.0.0.1" : "localhost";
      const html = pages[url];
      response.writeHead(html === undefined ? 404 : 200, { "content-type": "text/html; charset=utf-8" });
      response.end(html?.replaceAll("OTHER", `http://${host.replace(/^[^:]+/, other)}`));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new Site(server);
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
