import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { LiveView } from "@broadcast-ipc/live-view";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PageServer } from "../src/page-server.ts";
import { PageClient } from "./support/page-client.ts";

const directory = new URL("../src/page/", import.meta.url);
let view: LiveView;
let page: PageServer;

beforeEach(async () => {
  view = new LiveView((async function* () {})());
  page = await PageServer.listen({ port: 0, view, directory });
});

afterEach(() => Promise.all([view.close(), page.close()]));

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

async function ask(path = "", headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  const asked = request(new URL(path, page.url), { headers, method }).end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

test("serves the files of the page, and nothing else", async () => {
  const { status, headers, body } = await ask();
  expect(status).toBe(200);
  expect(body).toContain("<broadcast-view");
  expect(headers).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "content-security-policy": expect.stringContaining("default-src 'none'"),
  });
  expect((await ask("page.css")).headers["content-type"]).toBe("text/css; charset=utf-8");
  for (const path of ["page.ts", "..%2f..%2fpackage.json", "constructor", "live"])
    expect([path, (await ask(path)).status]).toEqual([path, 404]);
});

test("serves the element of the view behind the token", async () => {
  const { status, headers } = await ask("element.js");
  expect(status).toBe(200);
  expect(headers["content-type"]).toBe("text/javascript; charset=utf-8");
  expect((await ask("/element.js")).status).toBe(403);
});

test("answers HEAD without a body, and other methods with 405", async () => {
  expect(await ask("", {}, "HEAD")).toMatchObject({ status: 200, body: "" });
  expect((await ask("", {}, "POST")).status).toBe(405);
});

test("answers 403 to requests with a foreign Host or Origin", async () => {
  const { host, port } = new URL(page.url);
  const foreign: Record<string, string>[] = [
    { host: "example.com" },
    { host: `example.com:${port}` },
    { host: "127.0.0.1:1" },
    { host, origin: "http://example.com" },
    { host, origin: "null" },
    { host, origin: `https://${host}` },
  ];
  for (const headers of foreign) {
    expect((await ask("", headers)).status).toBe(403);
    await expect(PageClient.open(page.url, headers)).rejects.toThrow("403");
  }
  const own = { host: `localhost:${port}`, origin: `http://localhost:${port}` };
  expect((await ask("", own)).status).toBe(200);
  await PageClient.open(page.url, own);
});

test("answers 403 to requests without the token, which is different for each server", async () => {
  const { host, pathname } = new URL(page.url);
  const [, token = ""] = pathname.split("/");
  expect(token.length).toBeGreaterThanOrEqual(22);
  const wrong = ["", "live", "page.css", `${"A".repeat(token.length)}/`, `${token}A/`, `${token.slice(1)}/`];
  for (const path of [...wrong, token, `?token=${token}`]) {
    expect((await ask(`/${path}`)).status).toBe(403);
    await expect(PageClient.open(`http://${host}/${path}`)).rejects.toThrow("403");
  }
  await using other = await PageServer.listen({ port: 0, view, directory });
  expect(new URL(other.url).pathname).not.toBe(pathname);
});

test("answers few of 20,000 pipelined requests of a client that does not read", async () => {
  const { host, hostname, port, pathname } = new URL(page.url);
  const client = connect(Number(port), hostname);
  client.pause();
  const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
  const ask = `GET ${pathname}page.css HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  client.write(ask.repeat(20_000));
  // Another client is answered meanwhile, and later than the requests that the server has read.
  for (let count = 0; count < 20; count++) expect((await askAgain()).status).toBe(200);
  expect(process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed - before).toBeLessThan(100e6);
  client.destroy();
});

function askAgain(): Promise<Answer> {
  return ask("page.css");
}

test("rejects listen() if the port is in use, and frees the port on close()", async () => {
  const port = Number(new URL(page.url).port);
  await expect(PageServer.listen({ port, view, directory })).rejects.toMatchObject({ code: "EADDRINUSE" });
  await Promise.all([page.close(), page.close()]);
  await using again = await PageServer.listen({ port, view, directory });
  expect(new URL(again.url).port).toBe(String(port));
});

test("says how to build the page if it is missing", async () => {
  const missing = new URL("missing/", directory);
  await expect(PageServer.listen({ port: 0, view, directory: missing })).rejects.toThrow("npm run build");
});
