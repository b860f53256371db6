import type { EncodedImageSample, ImageSample } from "@broadcast-ipc/image-codec";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LivePage } from "../src/live-page.ts";
import type { PageMessage } from "../src/page/page-messages.ts";
import { PageClient } from "./page-client.ts";

const description = { source: "a test", encoding: "raw pixels", audio: true };
const figures = { framesPerSecond: 30, received: 9, replaced: 1, bytes: 400, age: { p50: 1.5 } };
const hello: PageMessage = { type: "hello", ...description, input: false, kill: false };
const create = { width: 2, height: 2, channels: 3, background: "grey" } as const;
const grey = await sharp({ create }).jpeg().toBuffer();
let page: LivePage;

beforeEach(async () => {
  const directory = new URL("../src/page/", import.meta.url);
  page = await LivePage.listen({ port: 0, description, directory });
});

afterEach(() => page.close());

function raw(value: number): ImageSample {
  const data = new Uint8Array(16).fill(value);
  return { type: "image", format: "RGBA", codedWidth: 2, codedHeight: 2, data, timestamp: value };
}

function jpeg(value: number): EncodedImageSample {
  return { type: "image", encoding: "jpeg", codedWidth: 2, codedHeight: 2, data: grey, timestamp: value };
}

function audio(frames: number) {
  const data = new Uint8Array(frames * 4);
  return {
    type: "audio",
    format: "s16",
    sampleRate: 48_000,
    numberOfChannels: 2,
    numberOfFrames: frames,
    data,
    timestamp: 5,
  } as const;
}

test("sends hello to a new viewer, and each frame as a message followed by the frame's bytes", async () => {
  const viewer = await PageClient.open(page.url);
  expect(await viewer.next()).toEqual(hello);
  viewer.send({ type: "demand", encoding: "raw" });
  page.publish(raw(7));
  expect(await viewer.next()).toEqual({
    type: "frame",
    sequence: 1,
    fullWidth: 2,
    fullHeight: 2,
    format: "RGBA",
    codedWidth: 2,
    codedHeight: 2,
    timestamp: 7,
  });
  expect(await viewer.next()).toEqual(Buffer.alloc(16, 7));
});

test("sends no frame before a viewer's first demand, and then sends the newest frame", async () => {
  const viewer = await PageClient.open(page.url);
  await viewer.next();
  for (const value of [0, 1, 2]) page.publish(raw(value));
  await viewer.settle();
  viewer.send({ type: "demand", encoding: "raw" });
  expect(await viewer.nextFrame()).toMatchObject({ timestamp: 2, data: Buffer.alloc(16, 2) });
});

test("keeps one raw frame in flight, sends the newest frame next, and counts replaced frames", async () => {
  const viewer = await PageClient.watch(page.url);
  for (const value of [0, 1, 2, 3]) page.publish(raw(value));
  expect(await viewer.nextFrame()).toMatchObject({ sequence: 1, timestamp: 0 });
  page.showFigures(figures);
  expect(await viewer.next()).toEqual({ type: "figures", ...figures, viewers: 1, drops: 2 });
  viewer.send({ type: "shown", sequence: 1 });
  expect(await viewer.nextFrame()).toMatchObject({ sequence: 2, timestamp: 3 });
});

test("keeps two encoded frames in flight, and ignores an acknowledgement of frames that were not sent", async () => {
  const viewer = await PageClient.watch(page.url, { encoding: "auto" });
  for (const value of [0, 1]) {
    page.publish(jpeg(value));
    expect(await viewer.nextFrame()).toMatchObject({ timestamp: value, encoding: "jpeg" });
  }
  for (const value of [2, 3, 4]) page.publish(jpeg(value));
  await viewer.settle();
  viewer.send({ type: "shown", sequence: 1e9 });
  expect(await viewer.nextFrame()).toMatchObject({ timestamp: 4 });
  page.publish(jpeg(5));
  expect(await viewer.nextFrame()).toMatchObject({ timestamp: 5 });
  page.publish(jpeg(6));
  await viewer.settle();
});

test('sends "ended" and the newest frame to a viewer that connects after the end, and "resumed" with a new frame', async () => {
  page.publish(raw(0));
  page.publish(raw(1));
  page.end("The source has ended.");
  const viewer = await PageClient.open(page.url);
  expect(await viewer.next()).toEqual(hello);
  expect(await viewer.next()).toEqual({ type: "ended", reason: "The source has ended." });
  viewer.send({ type: "demand", encoding: "raw" });
  expect(await viewer.nextFrame()).toMatchObject({ timestamp: 1 });
  page.publish(raw(2));
  expect(await viewer.next()).toEqual({ type: "resumed", timestamp: 2 });
});

test('sends "interrupted" to all viewers, and "resumed" with the next frame', async () => {
  const viewer = await PageClient.watch(page.url);
  page.interrupt("It was killed; restarting it.");
  const late = await PageClient.open(page.url);
  await late.next();
  for (const client of [viewer, late]) {
    expect(await client.next()).toEqual({
      type: "interrupted",
      reason: "It was killed; restarting it.",
    });
  }
  page.publish(raw(4));
  page.publish(raw(5));
  expect(await viewer.next()).toEqual({ type: "resumed", timestamp: 4 });
  expect(await viewer.nextFrame()).toMatchObject({ timestamp: 4 });
  await viewer.acknowledge(0);
});

test("sends every frame to two viewers while a third is stalled, and the newest frame to the third afterwards", async () => {
  const stalled = await PageClient.watch(page.url);
  const quick = [await PageClient.watch(page.url), await PageClient.watch(page.url)];
  for (let value = 0; value < 50; value++) {
    page.publish(raw(value));
    for (const viewer of quick) {
      const { timestamp, sequence } = await viewer.nextFrame();
      expect(timestamp).toBe(value);
      await viewer.acknowledge(sequence);
    }
  }
  expect(await stalled.nextFrame()).toMatchObject({ timestamp: 0 });
  stalled.send({ type: "shown", sequence: 1 });
  expect(await stalled.nextFrame()).toMatchObject({ timestamp: 49 });
});

test("sends audio only to viewers that enabled it, and reports each change of the audio demand once", async () => {
  const demands: boolean[] = [];
  page.onAudioDemand = (wanted) => demands.push(wanted);
  const silent = await PageClient.watch(page.url);
  const [first, second] = [await PageClient.watch(page.url), await PageClient.watch(page.url)];
  for (const viewer of [first, second]) {
    viewer.send({ type: "audio", on: true });
    await viewer.settle();
  }
  page.publish(audio(480));
  page.publish(raw(1));
  expect(await first.next()).toMatchObject({ type: "audio", format: "s16", numberOfFrames: 480 });
  expect(await first.next()).toEqual(Buffer.alloc(1_920));
  expect(await silent.nextFrame()).toMatchObject({ timestamp: 1 });
  expect(demands).toEqual([true]);

  await Promise.all([first.close(), second.close()]);
  await expect.poll(() => demands).toEqual([true, false]);
  expect(page.viewers).toBe(1);
});

test("drops audio for a viewer when more than one second of audio waits", async () => {
  const viewer = await PageClient.watch(page.url);
  viewer.send({ type: "audio", on: true });
  await viewer.settle();
  for (let stretch = 0; stretch < 5; stretch++) page.publish(audio(20_000));
  page.publish(raw(1));
  const types = [];
  for (let message = await viewer.next(); ; message = await viewer.next()) {
    if (Buffer.isBuffer(message)) continue;
    types.push(message.type);
    if (message.type === "frame") break;
  }
  expect(types).toEqual(["audio", "audio", "frame"]);
});

test("answers a time request with the time of the monotonic clock", async () => {
  const viewer = await PageClient.watch(page.url);
  const before = Number(process.hrtime.bigint() / 1_000n);
  viewer.send({ type: "time", sent: 12.5 });
  const answer = await viewer.next();
  const after = Number(process.hrtime.bigint() / 1_000n);
  expect(answer).toMatchObject({ type: "time", sent: 12.5 });
  expect(answer).toHaveProperty(
    "now",
    expect.toSatisfy((now: number) => now >= before && now <= after),
  );
});

test("describe() sends hello again, with input and kill set to true if onInput and onKill are set", async () => {
  const viewer = await PageClient.watch(page.url);
  page.onInput = () => {};
  page.onKill = () => {};
  page.describe({ ...description, source: "another" });
  expect(await viewer.next()).toEqual({ ...hello, source: "another", input: true, kill: true });
});

test("rejects listen() if the port is in use, and frees the port on close()", async () => {
  const port = Number(new URL(page.url).port);
  await expect(LivePage.listen({ port, description })).rejects.toMatchObject({ code: "EADDRINUSE" });
  const viewer = await PageClient.open(page.url);
  await Promise.all([page.close(), page.close(), viewer.closed]);
  await using again = await LivePage.listen({ port, description });
  expect(new URL(again.url).port).toBe(String(port));
});
