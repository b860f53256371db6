import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { Viewer } from "../src/viewers/viewer.ts";
import type { ViewerMessage } from "../src/wire/viewer-messages.ts";
import { key } from "./support/inputs.ts";
import { audio, jpeg, openView, raw } from "./support/open-view.ts";
import { ViewClient } from "./support/view-client.ts";

const everything = { authorize: () => ({ watch: true, control: true }) };

/** A WebSocket client that never reads after the handshake. */
async function openUnreading(
  url: string,
): Promise<{ readonly socket: Socket; send(...messages: ViewerMessage[]): void }> {
  const { port, hostname, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {});
  socket.write(
    `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}\r\n\r\n`,
  );
  await once(socket, "readable");
  const send = (...messages: ViewerMessage[]) => {
    socket.write(Buffer.concat(messages.map((message) => maskedText(JSON.stringify(message)))));
  };
  return { socket, send };
}

function maskedText(text: string): Buffer {
  const data = Buffer.from(text);
  const length = data.length < 126 ? [0x80 | data.length] : [0x80 | 126, data.length >> 8, data.length & 255];
  return Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), data]);
}

function onlyViewer(view: { readonly viewers: ReadonlySet<Viewer> }): Viewer {
  const [viewer] = view.viewers;
  if (!viewer) throw new Error("there is no viewer");
  return viewer;
}

test("closes a viewer that acknowledges a frame that was never sent, and ignores its later messages", async () => {
  const { url, view, uploader } = await openView(everything);
  const received: string[] = [];
  view.on("message", ({ name }) => received.push(name));
  const client = await ViewClient.watch(url);
  const inputs: unknown[] = [];
  (async () => {
    for await (const { data } of uploader.messages({ types: ["input"] })) inputs.push(data);
  })();
  uploader.upload(raw(1));
  await client.frame();
  client.send({ type: "shown", sequence: 1 });
  client.send({ type: "input", input: key("down", "a") });
  client.send({ type: "shown", sequence: 2 });
  client.send({ type: "input", input: key("down", "b") });
  client.send({ type: "message", name: "late" });
  expect((await client.closed).code).toBe(1008);
  await expect.poll(() => inputs).toMatchObject([key("down", "a"), { kind: "release" }]);
  expect(received).toEqual([]);
  expect(view.viewers.size).toBe(0);
});

test.each([
  ["text that is no JSON", "hello"],
  ["an unknown message", '{"type":"kill"}'],
  ["a binary message", Buffer.from("{}")],
  ["a long message", JSON.stringify({ type: "message", name: "x", data: "x".repeat(20_000) })],
  ["an invalid input", '{"type":"input","input":{"kind":"kick"}}'],
])("closes with 1008 after %s", async (_, data) => {
  const { url } = await openView(everything);
  const client = await ViewClient.open(url);
  client.socket.send(data);
  expect((await client.closed).code).toBe(1008);
});

test("closes with 1009 after a message over the limit, which a viewer without control reaches earlier", async () => {
  const { url } = await openView({
    authorize: ({ url: path }) => ({ watch: true, control: path === "/control" }),
  });
  const paste = JSON.stringify({ type: "input", input: { kind: "paste", text: "x".repeat(900_000) } });
  const watching = await ViewClient.open(url);
  watching.socket.send(paste);
  expect((await watching.closed).code).toBe(1009);
  const controlling = await ViewClient.open(new URL("/control", url).href);
  controlling.socket.send(paste);
  await controlling.settle();
  controlling.socket.send("x".repeat(5_000_000));
  expect((await controlling.closed).code).toBe(1009);
});

test("sends a viewer that never reads, but acknowledges everything, a bounded number of bytes", async () => {
  const { url, view, uploader } = await openView(everything);
  const quick = await ViewClient.watch(url, { encoding: "auto" });
  const unreading = await openUnreading(url);
  unreading.send({ type: "demand", encoding: "auto" }, { type: "audio", on: true });
  await expect.poll(() => uploader.demand?.audio).toEqual({});
  const [, viewer] = [...view.viewers];
  // JPEG data with a comment of a megabyte at its end.
  const small = await jpeg(0);
  const data = new Uint8Array(1_000_000);
  data.set(small.data);
  const sizes: number[] = [];
  for (let timestamp = 1; timestamp <= 60; timestamp++) {
    uploader.upload({ ...small, data: data.slice(), timestamp });
    uploader.upload(audio(4_800));
    await quick.show();
    const { sent } = viewer?.stats().frames ?? { sent: 0 };
    for (let sequence = 1; sequence <= sent; sequence++) unreading.send({ type: "shown", sequence });
    for (let time = 0; time < 20; time++) unreading.send({ type: "time", sent: time });
    view.send("news", "x".repeat(10_000));
    sizes.push(viewer?.stats().bytes.waiting ?? 0);
  }
  // Two frames, a megabyte of audio, and 256 KiB of text.
  expect(Math.max(...sizes)).toBeLessThan(2_000_000 + 1_100_000 + 270_000);
  expect(viewer?.stats().frames.sent).toBeLessThan(30);
  expect(viewer?.stats().frames.replaced).toBeGreaterThan(20);
});

test("closes a viewer that sends no message for twelve checks with 1013", async () => {
  const { url, view } = await openView({ ...everything, pingInterval: 50 });
  const [busy, idle] = [await ViewClient.open(url), await ViewClient.open(url)];
  const timer = setInterval(() => busy.send({ type: "paused", paused: false }), 20);
  onTestFinished(() => clearInterval(timer));
  expect(await idle.closed).toMatchObject({ code: 1013 });
  expect(view.viewers.size).toBe(1);
  await busy.settle();
});

test("terminates a viewer that does not answer pings, and releases what it holds", async () => {
  const { url, view, uploader } = await openView({ ...everything, pingInterval: 100 });
  const inputs: unknown[] = [];
  (async () => {
    for await (const { data } of uploader.messages({ types: ["input"] })) inputs.push(data);
  })();
  const honest = await ViewClient.open(url);
  const left = once(view, "leave");
  const unreading = await openUnreading(url);
  unreading.send({ type: "input", input: key("down", "w") });
  const busy = setInterval(() => {
    unreading.send({ type: "time", sent: 1 });
    honest.send({ type: "paused", paused: false });
  }, 20);
  onTestFinished(() => clearInterval(busy));
  const [viewer] = await left;
  await expect
    .poll(() => inputs)
    .toEqual([
      { ...key("down", "w"), viewer: viewer.id },
      { kind: "release", viewer: viewer.id },
    ]);
  await honest.settle();
  expect(view.viewers.size).toBe(1);
});

test("reads a viewer that sends too many messages more slowly, and others as before", async () => {
  const { url, view } = await openView(everything);
  let floods = 0;
  view.on("message", ({ name }) => {
    if (name === "flood") floods++;
  });
  const [flooding, honest] = [await ViewClient.open(url), await ViewClient.open(url)];
  for (let index = 0; index < 10_000; index++) flooding.send({ type: "message", name: "flood" });
  const start = performance.now();
  while (performance.now() - start < 1_000) await honest.settle();
  const seconds = (performance.now() - start) / 1_000;
  expect(floods).toBeGreaterThan(1_000);
  // A thousand at once, 500 a second, and what has arrived already when reading pauses.
  expect(floods).toBeLessThan(1_000 + 500 * seconds + 3_000);
});

test("combines demands and refreshes that come too often", async () => {
  const { url, uploader } = await openView();
  const client = await ViewClient.watch(url, { encoding: "jpeg" });
  uploader.upload(await jpeg(1));
  await client.show();
  for (let maxWidth = 2; maxWidth <= 50; maxWidth += 2) {
    client.send({ type: "demand", encoding: "jpeg", maxWidth });
    client.send({ type: "refresh" });
  }
  let frames = 0;
  for (;;) {
    frames++;
    if ((await client.show()).codedWidth === 50) break;
  }
  expect(frames).toBeLessThan(25);
});

test("turns away a viewer over maxViewers with 1013, and admits one after another has left", async () => {
  const { url, view } = await openView({ maxViewers: 2 });
  const refused = once(view, "refused");
  const [first] = [await ViewClient.open(url), await ViewClient.open(url)];
  const third = ViewClient.start(url);
  expect(await third.closed).toMatchObject({ code: 1013 });
  expect((await refused)[0]).toMatchObject({ status: 1013, reason: expect.stringContaining("2 viewers") });
  first.socket.close();
  await first.closed;
  await expect.poll(() => view.viewers.size).toBe(1);
  await ViewClient.open(url);
  expect(onlyViewer(view)).toBeDefined();
});

test("sends frames of 8K, also raw", async () => {
  const { url, view, uploader } = await openView();
  view.on("failure", (error) => {
    throw error;
  });
  const passed = await ViewClient.watch(url, { encoding: "auto" });
  uploader.upload(await jpeg(1, 7_680, 4_320));
  expect(await passed.show()).toMatchObject({ codedWidth: 7_680, codedHeight: 4_320, encoding: "jpeg" });
  const pixels = await ViewClient.watch(url, { encoding: "raw" });
  expect((await pixels.show()).data.byteLength).toBe(7_680 * 4_320 * 3);
});
