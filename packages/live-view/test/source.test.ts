import { createServer } from "node:http";
import { messageContent } from "@broadcast-ipc/protocol";
import { BroadcastReceiver, type BroadcastServer, now, socketPath } from "@broadcast-ipc/receiver";
import type { ReceiverLike } from "@broadcast-ipc/receiver/sink";
import { BroadcastUploader } from "@broadcast-ipc/uploader";
import { expect, onTestFinished, test } from "vitest";
import { LiveView } from "../src/live-view.ts";
import { jpeg, listen, openView, raw } from "./support/open-view.ts";
import { ViewClient } from "./support/view-client.ts";

/** A view of a server, to which uploaders connect one after the other. */
async function openServerView() {
  const path = socketPath(`live-view-source-${process.pid}-${Math.random().toString(36).slice(2)}`);
  const receivers = await BroadcastReceiver.listen(path, { decode: false });
  const view = new LiveView(receivers as BroadcastServer);
  const server = createServer();
  server.on("upgrade", (request, socket, head) => view.handleUpgrade(request, socket, head));
  const url = await listen(server);
  onTestFinished(async () => {
    await view.close();
    await receivers.close();
  });
  const connect = async (name: string) => {
    const uploader = await BroadcastUploader.connect(path, { name, reconnect: false });
    onTestFinished(() => uploader.close());
    return uploader;
  };
  return { view, url, receivers, connect };
}

test("asks for nothing while nobody watches, and for what the viewers want together otherwise", async () => {
  const { url, uploader } = await openView();
  await uploader.wanted({ signal: AbortSignal.timeout(200) }).catch(() => {});
  expect(uploader.demand?.video).toBeNull();
  const any = { encodings: ["raw", "jpeg", "png", "webp"] };
  const small = await ViewClient.watch(url, { encoding: "auto", maxWidth: 640, maxFps: 5 });
  await expect.poll(() => uploader.demand?.video).toEqual({ ...any, maxWidth: 640, maxFps: 5 });
  const large = await ViewClient.watch(url, { encoding: "auto", maxWidth: 1280, maxFps: 1 });
  await expect.poll(() => uploader.demand?.video).toEqual({ ...any, maxWidth: 1280, maxFps: 5 });
  large.send({ type: "hidden", hidden: true });
  await expect
    .poll(() => uploader.demand?.video, { timeout: 3_000 })
    .toEqual({ ...any, maxWidth: 640, maxFps: 5 });
  small.socket.close();
  await expect.poll(() => uploader.demand?.video, { timeout: 3_000 }).toBeNull();
});

test("asks for idleDemand while nobody watches", async () => {
  const { uploader } = await openView({ idleDemand: { maxFps: 1 } });
  await expect.poll(() => uploader.demand?.video).toEqual({ maxFps: 1 });
});

test("shows a viewer that comes back a fresh frame, and the last one if the source sends none", async () => {
  const { url, uploader } = await openView();
  const first = await ViewClient.watch(url);
  uploader.upload(raw(1));
  await first.show();
  first.socket.close();
  await expect.poll(() => uploader.demand?.video, { timeout: 3_000 }).toBeNull();
  uploader.upload(raw(2));
  const second = await ViewClient.watch(url);
  expect(await second.show()).toMatchObject({ timestamp: 2 });
  second.socket.close();
  await expect.poll(() => uploader.demand?.video, { timeout: 3_000 }).toBeNull();
  await uploader.close();
  const third = await ViewClient.watch(url);
  expect(await third.read("ended")).toMatchObject({ reason: "The source has ended." });
  expect(await third.show()).toMatchObject({ timestamp: 2 });
});

test("tells all viewers about interruptions and the end, until the next frame", async () => {
  const { url, uploader, view } = await openView();
  const client = await ViewClient.watch(url);
  view.interrupt("It was killed.");
  expect(await client.read("interrupted")).toMatchObject({ reason: "It was killed." });
  const late = ViewClient.start(url);
  expect(await late.read("interrupted")).toMatchObject({ reason: "It was killed." });
  uploader.upload(raw(4));
  expect(await client.read("resumed")).toEqual({ type: "resumed", timestamp: 4 });
  expect(await client.show()).toMatchObject({ timestamp: 4 });
  view.end("That is all.");
  expect(await client.read("ended")).toMatchObject({ reason: "That is all." });
  await uploader.close();
  uploader.upload(raw(5));
  await client.settle();
  expect(client.messages).toEqual([]);
});

test("tells viewers of a single receiver that the broadcast has ended when the uploader closes", async () => {
  const { url, uploader } = await openView();
  const client = await ViewClient.watch(url);
  await uploader.close();
  expect(await client.read("ended")).toMatchObject({ reason: "The source has ended." });
});

test("shows the newest receiver of many, and is interrupted between them", async () => {
  const { url, connect, receivers } = await openServerView();
  const client = await ViewClient.watch(url);
  const first = await connect("first");
  first.upload({ ...raw(1), timestamp: now() });
  await client.show();
  await expect.poll(async () => (await client.read("hello")).name).toBe("first");
  const second = await connect("second");
  await expect.poll(() => first.demand?.video).toBeNull();
  second.upload({ ...raw(2), timestamp: now() });
  // The first uploader may have sent its frame twice, once for each demand of the receiver.
  await expect.poll(async () => (await client.show()).data).toEqual(Buffer.alloc(16, 2));
  await second.close();
  expect(await client.read("interrupted")).toMatchObject({ reason: "The source has ended." });
  const third = await connect("third");
  third.upload({ ...raw(3), timestamp: now() });
  await client.read("resumed");
  expect((await client.show()).data).toEqual(Buffer.alloc(16, 3));
  await receivers.close();
  await third.close();
  expect(await client.read("ended")).toMatchObject({ reason: "The source has ended." });
});

test("tells viewers that ages are unknown if the source has another clock", async () => {
  const receiver: ReceiverLike = {
    name: "another machine",
    closed: new Promise(() => {}),
    async *samples({ type }) {
      if (type === "image") yield raw(1);
    },
    async *messages() {},
    setDemand: () => {},
    refresh: () => {},
    send: async () => {},
    stats: () => ({ age: undefined }),
    close: async () => {},
    on: () => {},
    off: () => {},
  };
  const view = new LiveView(receiver);
  const server = createServer();
  server.on("upgrade", (request, socket, head) => view.handleUpgrade(request, socket, head));
  const client = ViewClient.start(await listen(server));
  expect(await client.read("hello")).toMatchObject({ name: "another machine", isSameClock: false });
  await view.close();
});

test("passes the page's notices on, and tells late viewers the cursor and what is open", async () => {
  const { url, uploader } = await openView();
  const client = await ViewClient.open(url);
  const dialog = { kind: "dialog", id: "1", type: "alert", message: "Hello" } as const;
  const download = { kind: "download", name: "a.zip" } as const;
  for (const notice of [{ kind: "cursor", cursor: "text" }, dialog, download])
    await uploader.send("page", notice);
  for (const notice of [{ kind: "cursor", cursor: "text" }, dialog, download]) {
    expect(await client.read("page")).toEqual({ type: "page", notice });
  }
  const late = await ViewClient.open(url);
  expect((await late.read("page")).notice).toEqual({ kind: "cursor", cursor: "text" });
  expect((await late.read("page")).notice).toEqual(dialog);
  await uploader.close();
  expect((await late.read("page")).notice).toEqual({ kind: "closed", id: "1" });
  expect((await late.read("page")).notice).toEqual({ kind: "cursor", cursor: "default" });
});

test("tells late viewers how the capture has ended, and revokes it when the uploader is lost", async () => {
  const { url, connect } = await openServerView();
  const first = await connect("first");
  const closed = { kind: "capture", state: "closed" } as const;
  const client = await ViewClient.watch(url);
  for (const notice of [
    { kind: "capture", state: "running" },
    { kind: "cursor", cursor: "text" },
    closed,
  ] as const) {
    await first.send("page", notice);
    expect((await client.read("page")).notice).toEqual(notice);
  }
  const late = await ViewClient.watch(url);
  expect((await late.read("page")).notice).toEqual(closed);
  await first.close();
  for (const viewer of [client, late])
    expect((await viewer.read("page")).notice).toEqual({ kind: "capture", state: "running" });
});

test("tells a copied text only to the viewer that asked for it", async () => {
  const { url, uploader } = await openView();
  const one = ViewClient.start(url);
  const { viewer } = await one.read("hello");
  const other = await ViewClient.open(url);
  const text = "secret".repeat(100_000);
  await uploader.send("page", ...messageContent({ kind: "copied", viewer, text }));
  await uploader.send("page", { kind: "cursor", cursor: "text" });
  expect((await one.read("page")).notice).toMatchObject({ text });
  expect((await other.read("page")).notice).toMatchObject({ kind: "cursor" });
});

test("reports an invalid notice, and leaves the host program its own messages", async () => {
  const { uploader, view, receiver } = await openView();
  const failures: Error[] = [];
  view.on("failure", (error) => failures.push(error));
  await uploader.send("page", { kind: "explosion" });
  await uploader.send("title", "a page");
  for await (const { type, data } of receiver.messages()) {
    expect([type, data]).toEqual(["title", "a page"]);
    break;
  }
  await expect.poll(() => failures).toMatchObject([{ code: "ERR_PROTOCOL_INVALID_MESSAGE" }]);
});

test("tells viewers and the host program why the source cannot send what they want", async () => {
  const { url, uploader, view } = await openView();
  uploader.on("failure", () => {});
  const failures: Error[] = [];
  view.on("failure", (error) => failures.push(error));
  const client = await ViewClient.watch(url, { encoding: "raw" });
  const { data, ...fields } = await jpeg(1);
  uploader.upload({ ...fields, data: data.subarray(0, data.length - 20) });
  expect((await client.read("failed")).reason).toContain("jpeg");
  expect(failures).toMatchObject([{ name: "PeerError", code: "ERR_IMAGE_UNDECODABLE" }]);
});

test("emits each frame", async () => {
  const { url, uploader, view } = await openView();
  const frames: number[] = [];
  view.on("frame", ({ timestamp }) => frames.push(timestamp));
  const client = await ViewClient.watch(url, { encoding: "auto" });
  uploader.upload(await jpeg(1));
  await client.show();
  await expect.poll(() => frames).toEqual([1]);
});
