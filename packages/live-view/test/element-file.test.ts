import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, get, request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { ElementFile } from "../src/element-file.ts";
import { listen } from "./support/open-view.ts";

async function openServer(origins: readonly string[] = []) {
  const folder = await mkdtemp(join(tmpdir(), "element-file-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = pathToFileURL(join(folder, "element.js"));
  const content = "// A comment.\n".repeat(5_000);
  await writeFile(file, content);
  const element = new ElementFile(origins, file);
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    if (!element.handle(request, response)) response.writeHead(404).end("other");
  });
  const url = new URL((await listen(server)).replace("ws", "http"));
  return { url, content, count: () => requests };
}

async function fetchFrom(url: URL, path: string, options: object = {}): Promise<IncomingMessage> {
  const request = httpRequest(new URL(path, url), options);
  request.end();
  const [response] = await once(request, "response");
  return response;
}

test("serves the built element below any path, and leaves other paths alone", async () => {
  const { url, content } = await openServer();
  for (const path of ["/element.js", "/live-view/element.js?v=1"]) {
    const response = await fetchFrom(url, path);
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "no-cache",
    });
    expect(await text(response)).toBe(content);
  }
  expect((await fetchFrom(url, "/other.js")).statusCode).toBe(404);
});

test("answers with 304 if the client has the file, and as immutable if the URL contains the tag", async () => {
  const { url } = await openServer();
  const { etag = "" } = (await fetchFrom(url, "/element.js")).headers;
  const again = await fetchFrom(url, "/element.js", { headers: { "If-None-Match": etag } });
  expect([again.statusCode, await text(again)]).toEqual([304, ""]);
  const tagged = await fetchFrom(url, `/element.js?v=${etag.slice(1, -1)}`);
  expect(tagged.headers["cache-control"]).toContain("immutable");
});

test("lets pages of listed origins load the element, and no others", async () => {
  const { url } = await openServer(["https://app.example"]);
  const headersFor = async (origin: string) =>
    (await fetchFrom(url, "/element.js", { headers: { Origin: origin } })).headers;
  expect(await headersFor("https://app.example")).toMatchObject({
    "access-control-allow-origin": "https://app.example",
    "cross-origin-resource-policy": "cross-origin",
    vary: "Origin",
  });
  const others = await headersFor("https://other.example");
  expect(others["access-control-allow-origin"]).toBeUndefined();
  expect(others["cross-origin-resource-policy"]).toBe("same-origin");
});

test("answers HEAD without a body, and other methods with 405", async () => {
  const { url } = await openServer();
  const head = await fetchFrom(url, "/element.js", { method: "HEAD" });
  expect([head.statusCode, await text(head)]).toEqual([200, ""]);
  expect((await fetchFrom(url, "/element.js", { method: "POST" })).statusCode).toBe(405);
});

test("answers few of 20,000 requests of a client that does not read", async () => {
  const { url, count } = await openServer();
  const socket = connect(Number(url.port), url.hostname);
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {});
  socket.pause();
  const before = process.memoryUsage.rss();
  for (let index = 0; index < 20_000; index++) socket.write("GET /element.js HTTP/1.1\r\nHost: a\r\n\r\n");
  for (let time = 0; time < 5; time++) {
    await new Promise<void>((resolve) =>
      get(new URL("/element.js", url), (response) => {
        response.resume().on("end", resolve);
      }),
    );
  }
  expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000);
  expect(count()).toBeLessThan(5_000);
});
