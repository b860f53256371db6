import { once } from "node:events";
import { now } from "@broadcast-ipc/clock";
import { expect, test } from "vitest";
import { audio, jpeg, openView, raw } from "./support/open-view.ts";
import { ViewClient } from "./support/view-client.ts";

test("greets a viewer, and sends each frame as a header and its bytes", async () => {
  const { url, uploader } = await openView();
  const client = await ViewClient.watch(url);
  uploader.upload(raw(7));
  expect(await client.show()).toEqual({
    type: "frame",
    sequence: 1,
    fullWidth: 2,
    fullHeight: 2,
    format: "RGBA",
    codedWidth: 2,
    codedHeight: 2,
    timestamp: 7,
    data: Buffer.alloc(16, 7),
  });
  uploader.upload(raw(8));
  expect(await client.show()).toMatchObject({ sequence: 2, timestamp: 8 });
});

test("sends hello with the viewer's id and rights, and again with the uploader's name", async () => {
  const { url, uploader, view } = await openView({ authorize: () => ({ watch: true, control: true }) });
  const client = ViewClient.start(url);
  const hello = await client.read("hello");
  const [viewer] = view.viewers;
  expect(hello).toMatchObject({ viewer: viewer?.id, mayControl: true, hasAudio: false, isSameClock: true });
  client.send({ type: "demand", encoding: "raw" });
  uploader.upload({ ...raw(1), timestamp: now() });
  await client.frame();
  if (hello.name === undefined) expect(await client.read("hello")).toMatchObject({ name: "a test" });
});

test("sends no frame before the first demand, and then the newest one at once", async () => {
  const { url, uploader } = await openView({ idleDemand: {} });
  const first = await ViewClient.watch(url);
  const late = await ViewClient.open(url);
  for (const value of [0, 1, 2]) {
    uploader.upload(raw(value));
    await first.show();
  }
  await late.settle();
  expect(late.messages).toEqual([]);
  late.send({ type: "demand", encoding: "raw" });
  expect(await late.frame()).toMatchObject({ timestamp: 2 });
});

test("keeps one raw frame in flight, sends the newest one next, and counts the replaced ones", async () => {
  const { url, uploader, view } = await openView();
  const quick = await ViewClient.watch(url);
  const slow = await ViewClient.watch(url);
  for (const value of [0, 1, 2, 3]) {
    uploader.upload(raw(value));
    await quick.show();
  }
  expect(await slow.show()).toMatchObject({ timestamp: 0, sequence: 1 });
  expect(await slow.show()).toMatchObject({ timestamp: 3, sequence: 2 });
  expect([...view.viewers].map((viewer) => viewer.stats().frames.replaced)).toEqual([0, 2]);
});

test("keeps one compressed frame in flight, and two after the first one was acknowledged", async () => {
  const { url, uploader } = await openView();
  const [quick, slow] = [
    await ViewClient.watch(url, { encoding: "auto" }),
    await ViewClient.watch(url, { encoding: "auto" }),
  ];
  for (const timestamp of [0, 1, 2]) {
    uploader.upload(await jpeg(timestamp));
    await quick.show();
  }
  expect(await slow.show()).toMatchObject({ timestamp: 0, encoding: "jpeg" });
  expect(await slow.frame()).toMatchObject({ timestamp: 2, sequence: 2 });
  for (const timestamp of [3, 4, 5]) {
    uploader.upload(await jpeg(timestamp));
    await quick.show();
  }
  expect(await slow.show()).toMatchObject({ timestamp: 3, sequence: 3 });
  expect(await slow.show()).toMatchObject({ timestamp: 5, sequence: 4 });
});

test("sends every frame to a quick viewer while another one is stalled", async () => {
  const { url, uploader } = await openView();
  const stalled = await ViewClient.watch(url);
  const quick = await ViewClient.watch(url);
  for (let value = 0; value < 50; value++) {
    uploader.upload(raw(value));
    expect(await quick.show()).toMatchObject({ timestamp: value });
  }
  expect(await stalled.show()).toMatchObject({ timestamp: 0 });
  expect(await stalled.show()).toMatchObject({ timestamp: 49 });
});

test("sends the newest frame again when the demand changes how it looks, and at refresh", async () => {
  const { url, uploader } = await openView();
  const client = await ViewClient.watch(url, { encoding: "auto" });
  uploader.upload(await jpeg(1));
  expect(await client.show()).toMatchObject({ codedWidth: 64 });
  client.send({ type: "demand", encoding: "auto", maxWidth: 32 });
  expect(await client.show()).toMatchObject({ codedWidth: 32, fullWidth: 64, fullHeight: 48, timestamp: 1 });
  client.send({ type: "demand", encoding: "raw", maxWidth: 32 });
  expect(await client.show()).toMatchObject({ format: "RGB", codedWidth: 32 });
  client.send({ type: "demand", encoding: "raw", maxWidth: 32, maxFps: 5 });
  client.send({ type: "refresh" });
  expect(await client.show()).toMatchObject({ format: "RGB", sequence: 4 });
  await client.settle();
  expect(client.messages).toEqual([]);
});

test("sends a hidden viewer no frames, and the newest one when it is visible again", async () => {
  const { url, uploader, view } = await openView();
  const [hidden, visible] = [await ViewClient.watch(url), await ViewClient.watch(url)];
  hidden.send({ type: "hidden", hidden: true });
  await hidden.settle();
  for (const value of [1, 2, 3]) {
    uploader.upload(raw(value));
    await visible.show();
  }
  await hidden.settle();
  expect(hidden.messages).toEqual([]);
  hidden.send({ type: "hidden", hidden: false });
  expect(await hidden.show()).toMatchObject({ timestamp: 3 });
  expect([...view.viewers].map((viewer) => viewer.stats().frames.replaced)).toEqual([0, 0]);
});

test("sends a viewer frames at its rate", async () => {
  const { url, uploader } = await openView();
  const [slow, quick] = [
    await ViewClient.watch(url, { encoding: "raw", maxFps: 10 }),
    await ViewClient.watch(url),
  ];
  let count = 0;
  const counting = (async () => {
    for (;;) {
      await slow.show();
      count++;
    }
  })().catch(() => {});
  const start = performance.now();
  for (let value = 0; performance.now() - start < 1_000; value++) {
    uploader.upload(raw(value));
    await quick.show();
  }
  expect(count).toBeGreaterThanOrEqual(8);
  expect(count).toBeLessThanOrEqual(12);
  slow.socket.terminate();
  await counting;
});

test("tells a viewer once why its frames cannot be encoded, and continues", async () => {
  const { url, uploader } = await openView();
  const client = await ViewClient.watch(url, { encoding: "raw" });
  const other = await ViewClient.watch(url, { encoding: "auto" });
  const good = await jpeg(1);
  const broken = { ...good, data: good.data.subarray(0, good.data.length - 20) };
  for (const timestamp of [1, 2]) {
    uploader.upload({ ...broken, timestamp });
    expect(await other.show()).toMatchObject({ timestamp });
  }
  expect((await client.read("failed")).reason).toContain("jpeg");
  uploader.upload({ ...good, timestamp: 3 });
  expect(await client.show()).toMatchObject({ format: "RGB", timestamp: 3, sequence: 1 });
  expect(client.messages.filter((message) => "type" in message && message.type === "failed")).toEqual([]);
});

test("sends audio only to viewers that turned it on", async () => {
  const { url, uploader } = await openView();
  const [listening, silent] = [await ViewClient.watch(url), await ViewClient.watch(url)];
  listening.send({ type: "audio", on: true });
  await listening.settle();
  await expect.poll(() => uploader.demand?.audio).toEqual({});
  uploader.upload(audio(480));
  expect(await listening.read("audio")).toEqual({
    type: "audio",
    format: "s16",
    sampleRate: 48_000,
    numberOfChannels: 2,
    numberOfFrames: 480,
    timestamp: 5,
  });
  expect(await silent.read("hello")).toMatchObject({ hasAudio: true });
  await silent.settle();
  expect(silent.messages).toEqual([]);
  expect(listening.messages).toContainEqual(Buffer.alloc(1_920));
});

test("answers a time request with the time of the monotonic clock", async () => {
  const { url } = await openView();
  const client = await ViewClient.open(url);
  const before = now();
  client.send({ type: "time", sent: 12.5 });
  const answer = await client.read("time");
  expect(answer.sent).toBe(12.5);
  expect(answer.now).toBeGreaterThanOrEqual(before);
  expect(answer.now).toBeLessThanOrEqual(now());
});

test("exchanges messages with the host program, for all viewers or one", async () => {
  const { url, view } = await openView();
  const [one, other] = [await ViewClient.open(url), await ViewClient.open(url)];
  const message = once(view, "message");
  one.send({ type: "message", name: "chat", data: { text: "hello" } });
  const [{ viewer, name, data }] = await message;
  expect({ name, data }).toEqual({ name: "chat", data: { text: "hello" } });
  viewer.send("reply");
  view.send("chat", [1, 2]);
  expect(await one.read("message")).toEqual({ type: "message", name: "reply" });
  expect(await one.read("message")).toEqual({ type: "message", name: "chat", data: [1, 2] });
  expect(await other.read("message")).toEqual({ type: "message", name: "chat", data: [1, 2] });
});

test("reports viewers that come and go, and figures of all", async () => {
  const { url, view, uploader } = await openView();
  const came = once(view, "viewer");
  const client = await ViewClient.watch(url);
  const [viewer] = await came;
  expect([...view.viewers]).toEqual([viewer]);
  expect(viewer.request.url).toBe("/live");
  uploader.upload(raw(1));
  await client.show();
  expect(view.newest).toMatchObject({ timestamp: 1 });
  expect(viewer.stats()).toMatchObject({ frames: { sent: 1, replaced: 0 }, step: 0, isHidden: false });
  const left = once(view, "leave");
  client.socket.terminate();
  expect((await left)[0]).toBe(viewer);
  expect(view.viewers.size).toBe(0);
  const { frames, viewers, encodes, bytes } = view.stats();
  expect({ frames, viewers, encodes }).toEqual({ frames: { received: 1, sent: 1 }, viewers: 0, encodes: 0 });
  expect(bytes).toBeGreaterThan(16);
  expect(viewer.send("late")).toBe(false);
});

test("close() closes viewers with 1001, stops the video, and leaves the receiver and the server open", async () => {
  const { url, view, uploader, receiver } = await openView();
  const client = await ViewClient.watch(url);
  await expect.poll(() => uploader.demand?.video).not.toBeNull();
  await Promise.all([view.close(), view.close()]);
  expect((await client.closed).code).toBe(1001);
  await expect.poll(() => uploader.demand).toEqual({ video: null, audio: null });
  expect(receiver.isClosed).toBe(false);
  const late = ViewClient.start(url);
  const [, response] = await once(late.socket, "unexpected-response");
  expect(response.statusCode).toBe(503);
});
