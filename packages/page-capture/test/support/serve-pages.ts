import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface ServedPages extends AsyncDisposable {
  /** Address without a slash at the end. */
  readonly url: string;
  readonly requests: IncomingMessage[];
}

/** Serves pages at 127.0.0.1, by path. */
export async function servePages(
  pages: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<ServedPages> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const page = pages[new URL(request.url ?? "/", "http://site").pathname];
    if (page !== undefined) requests.push(request);
    response.writeHead(page === undefined ? 404 : 200, { "Content-Type": "text/html", ...headers });
    response.end(page);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
