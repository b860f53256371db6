import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { refuseUpgrade } from "../src/access/refuse-upgrade.ts";
import { listen, openView } from "./support/open-view.ts";
import { ViewClient } from "./support/view-client.ts";

/** Asks for an upgrade and neither reads nor closes. */
function askSilently(url: string): Socket {
  const { port, hostname } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {});
  socket.write(
    `GET /live HTTP/1.1\r\nHost: ${hostname}:${port}\r\nOrigin: http://evil.example\r\nConnection: Upgrade\r\n` +
      "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
  );
  return socket;
}

async function statusOf(client: ViewClient): Promise<number | undefined> {
  const [, response] = await once(client.socket, "unexpected-response");
  return response.statusCode;
}

test("lets programs and pages of the same origin watch, and nobody control, by default", async () => {
  const { url, view } = await openView();
  const origin = new URL(url).origin.replace("ws", "http");
  await ViewClient.open(url);
  await ViewClient.open(url, { origin });
  expect([...view.viewers].map(({ mayControl, hasControl }) => [mayControl, hasControl])).toEqual([
    [false, false],
    [false, false],
  ]);
});

test("refuses a page of another origin with 403, and names the real reason on the server only", async () => {
  const { url, view } = await openView();
  const refused = once(view, "refused");
  expect(await statusOf(ViewClient.start(url, { origin: "http://evil.example" }))).toBe(403);
  const [{ request, status, reason }] = await refused;
  expect([request.url, status]).toEqual(["/live", 403]);
  expect(reason).toContain("http://evil.example");
  expect(view.stats().refused).toBe(1);
});

test("names the reason of an invalid handshake on the server", async () => {
  const { url, view } = await openView();
  const refused = once(view, "refused");
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET /live HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  );
  const [answer] = await once(socket, "data");
  expect(String(answer)).toContain(" 400 ");
  const [{ status, reason }] = await refused;
  expect([status, reason]).toEqual([400, expect.stringContaining("Sec-WebSocket-Key")]);
  await once(socket, "close");
});

test("admits listed origins, and those of a trusted proxy", async () => {
  const { url } = await openView({ origins: ["https://app.example"], trustProxy: true });
  await ViewClient.open(url, { origin: "https://app.example" });
  const headers = { "X-Forwarded-Host": "live.example", "X-Forwarded-Proto": "https" };
  await ViewClient.open(url, { origin: "https://live.example", headers });
  expect(await statusOf(ViewClient.start(url, { origin: "http://live.example", headers }))).toBe(403);
});

test("closes with 4403 if authorize() does not allow to watch", async () => {
  const { url, view } = await openView({
    authorize: async ({ headers }) => ({ watch: headers.cookie === "a=1" }),
  });
  const refused = once(view, "refused");
  expect((await ViewClient.start(url).closed).code).toBe(4403);
  expect((await refused)[0]).toMatchObject({ status: 4403 });
  await ViewClient.open(url, { headers: { Cookie: "a=1" } });
});

test.each([
  [
    "throws",
    () => {
      throw new Error("no database");
    },
  ],
  ["rejects", () => Promise.reject(new Error("no database"))],
])("turns a viewer away if authorize() %s, and reports why", async (_, authorize) => {
  const { url, view } = await openView({ authorize });
  const [failed, refused] = [once(view, "failure"), once(view, "refused")];
  const closed = await ViewClient.start(url).closed;
  expect(closed.code).toBe(1013);
  expect(closed.reason).not.toContain("database");
  expect((await failed)[0]).toMatchObject({ message: "no database" });
  expect((await refused)[0]).toMatchObject({ reason: expect.stringContaining("no database") });
});

test("turns a viewer away if authorize() returns no permission", async () => {
  const { url, view } = await openView({ authorize: () => true as never });
  view.on("failure", () => {});
  view.on("refused", () => {});
  expect((await ViewClient.start(url).closed).code).toBe(1013);
});

test("admits no peer that left while authorize() was pending, and limits pending requests", async () => {
  const waiting: (() => void)[] = [];
  const { url, view } = await openView({
    maxViewers: 2,
    authorize: () => new Promise((resolve) => waiting.push(() => resolve({ watch: true }))),
  });
  view.on("refused", () => {});
  const [gone, staying] = [ViewClient.start(url), ViewClient.start(url)];
  await expect.poll(() => waiting.length).toBe(2);
  expect(await statusOf(ViewClient.start(url))).toBe(503);
  gone.socket.terminate();
  await gone.closed;
  for (const admit of waiting) admit();
  await staying.read("hello");
  expect(view.viewers.size).toBe(1);
});

test("destroys the sockets of refused peers that neither read nor close", async () => {
  const { url, view, server } = await openView();
  view.on("refused", () => {});
  const sockets = Array.from({ length: 50 }, () => askSilently(url));
  await Promise.all(sockets.map((socket) => once(socket, "readable")));
  const connections = () =>
    new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  await expect.poll(connections, { timeout: 3_000 }).toBe(0);
});

test("refuseUpgrade() answers with the status and destroys the socket", async () => {
  const server = createServer();
  server.on("upgrade", (_, socket) => refuseUpgrade(socket, 404));
  const url = await listen(server);
  expect(await statusOf(ViewClient.start(url))).toBe(404);
});

test("answers a request that is no WebSocket handshake", async () => {
  const { url } = await openView();
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write("GET /live HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
  const [answer] = await once(socket, "data");
  expect(answer.toString()).toContain("HTTP/1.1 4");
  await once(socket, "close");
});

test("warns once for each reason if nobody listens", async () => {
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  onTestFinished(() => warn.mockRestore());
  const { url } = await openView({ authorize: () => ({ watch: false }) });
  for (let time = 0; time < 3; time++) {
    await statusOf(ViewClient.start(url, { origin: "http://evil.example" }));
    await ViewClient.start(url).closed;
  }
  const codes = warn.mock.calls.map(([, options]) => (options as { readonly code?: string }).code);
  expect(codes).toEqual(["ERR_LIVE_VIEW_REFUSED_403", "ERR_LIVE_VIEW_REFUSED_4403"]);
});

test("remove() closes with 4410 and the reason, and ignores later messages of the viewer", async () => {
  const { url, view } = await openView({ authorize: () => ({ watch: true, control: true }) });
  const messages: unknown[] = [];
  view.on("message", ({ name }) => messages.push(name));
  const client = await ViewClient.open(url);
  const [viewer] = view.viewers;
  client.send({ type: "message", name: "early" });
  await client.settle();
  viewer?.remove("Your turn is over.");
  client.send({ type: "message", name: "late" });
  expect(await client.closed).toEqual({ code: 4410, reason: "Your turn is over." });
  expect(messages).toEqual(["early"]);
  expect([view.viewers.size, viewer?.hasControl]).toEqual([0, false]);
});

test("shortens a reason that does not fit into a close message", async () => {
  const { url, view } = await openView();
  const client = await ViewClient.open(url);
  const [viewer] = view.viewers;
  viewer?.remove("ä".repeat(100));
  expect((await client.closed).reason).toBe(`${"ä".repeat(60)}…`);
});

test("close() refuses requests whose permission is pending", async () => {
  let ask = () => {};
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const { url, view } = await openView({
    authorize() {
      ask();
      return new Promise(() => {});
    },
  });
  const client = ViewClient.start(url);
  await asked;
  const status = statusOf(client);
  await view.close();
  expect(await status).toBe(503);
});
