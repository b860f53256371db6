import type { EncodedImageSample, ImageSample } from "@broadcast-ipc/image-codec";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LivePage } from "../src/live-page.ts";
import type { PageMessage } from "../src/page/page-messages.ts";
import { PageClient } from "./page-client.ts";

const description = { source: "a test", encoding: "raw pixels", sound: true };
const figures = { framesPerSecond: 30, received: 9, replaced: 1, bytes: 400, age: { p50: 1.5 } };
const hello: PageMessage = { type: "hello", ...description };
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
  const data = new Uint8Array([0xff, value]);
  return { type: "image", encoding: "jpeg", codedWidth: 2, codedHeight: 2, data, timestamp: value };
}

function sound(frames: number) {
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

test("a viewer is greeted, and a picture comes as a header and its bytes", async () => {
  const viewer = await PageClient.open(page.url);
  expect(await viewer.next()).toEqual(hello);
  page.publish(raw(7));
  expect(await viewer.next()).toEqual({
    type: "picture",
    sequence: 0,
    format: "RGBA",
    width: 2,
    height: 2,
    timestamp: 7,
  });
  expect(await viewer.next()).toEqual(Buffer.alloc(16, 7));
});

test("one raw picture is under way; the newest one waits, and what it replaces is counted", async () => {
  const viewer = await PageClient.open(page.url);
  await viewer.next();
  for (const value of [0, 1, 2, 3]) page.publish(raw(value));
  expect(await viewer.nextPicture()).toBe(0);
  page.showFigures(figures);
  expect(await viewer.next()).toEqual({ type: "figures", ...figures, viewers: 1, drops: 2 });
  viewer.send({ type: "shown", sequence: 0 });
  expect(await viewer.nextPicture()).toBe(3);
});

test("two encoded pictures are under way at a time", async () => {
  const viewer = await PageClient.open(page.url);
  await viewer.next();
  for (const value of [0, 1, 2, 3]) page.publish(jpeg(value));
  expect(await viewer.nextPicture()).toBe(0);
  expect(await viewer.nextPicture()).toBe(1);
  viewer.send({ type: "shown", sequence: 1 });
  expect(await viewer.nextPicture()).toBe(3);
});

test("a late viewer gets the newest picture at once, and the end after it", async () => {
  page.publish(raw(0));
  page.publish(raw(1));
  page.end("The source went away.");
  const viewer = await PageClient.open(page.url);
  expect(await viewer.next()).toEqual(hello);
  expect(await viewer.nextPicture()).toBe(1);
  expect(await viewer.next()).toEqual({ type: "ended", reason: "The source went away." });
});

test("a stalled viewer delays nobody and goes on with the newest picture", async () => {
  const stalled = await PageClient.open(page.url);
  const quick = await PageClient.open(page.url);
  await Promise.all([stalled.next(), quick.next()]);
  for (let value = 0; value < 20; value++) {
    page.publish(raw(value));
    expect(await quick.nextPicture()).toBe(value);
    quick.send({ type: "shown", sequence: value });
    // The answer to this comes after the acknowledgement was read.
    quick.send({ type: "time", sent: value });
    await quick.next();
  }
  expect(await stalled.nextPicture()).toBe(0);
  stalled.send({ type: "shown", sequence: 0 });
  expect(await stalled.nextPicture()).toBe(19);
});

test("sound goes only to those who asked for it, and the demand is told once", async () => {
  const demands: boolean[] = [];
  page.onSoundDemand = (wanted) => demands.push(wanted);
  const silent = await PageClient.open(page.url);
  const [first, second] = [await PageClient.open(page.url), await PageClient.open(page.url)];
  await Promise.all([silent.next(), first.next(), second.next()]);
  for (const viewer of [first, second]) {
    viewer.send({ type: "sound", on: true });
    viewer.send({ type: "time", sent: 0 });
    await viewer.next();
  }
  page.publish(sound(480));
  page.publish(raw(1));
  expect(await first.next()).toMatchObject({ type: "audio", format: "s16", numberOfFrames: 480 });
  expect(await first.next()).toEqual(Buffer.alloc(1_920));
  expect(await silent.nextPicture()).toBe(0);
  expect(demands).toEqual([true]);

  await Promise.all([first.close(), second.close()]);
  await expect.poll(() => demands).toEqual([true, false]);
  expect(page.viewers).toBe(1);
});

test("more than a second of sound does not wait for a viewer", async () => {
  const viewer = await PageClient.open(page.url);
  await viewer.next();
  viewer.send({ type: "sound", on: true });
  viewer.send({ type: "time", sent: 0 });
  await viewer.next();
  for (let stretch = 0; stretch < 5; stretch++) page.publish(sound(20_000));
  page.publish(raw(1));
  const types = [];
  for (let message = await viewer.next(); ; message = await viewer.next()) {
    if (Buffer.isBuffer(message)) continue;
    types.push(message.type);
    if (message.type === "picture") break;
  }
  expect(types).toEqual(["audio", "audio", "picture"]);
});

test("a question for the time is answered by the monotonic clock", async () => {
  const viewer = await PageClient.open(page.url);
  await viewer.next();
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

test("a new description is told to everybody", async () => {
  const viewer = await PageClient.open(page.url);
  await viewer.next();
  page.describe({ ...description, source: "another" });
  expect(await viewer.next()).toEqual({ ...hello, source: "another" });
});

test.each([
  "{",
  "null",
  "[]",
  '"shown"',
  '{"type":"shown"}',
  '{"type":"no"}',
  "x".repeat(5_000),
  Buffer.from("{}"),
])("a page that sends junk is hung up on, and nothing else happens (%#)", async (junk) => {
  const good = await PageClient.open(page.url);
  const bad = await PageClient.open(page.url);
  bad.sendRaw(junk);
  await bad.closed;
  await good.next();
  page.publish(raw(3));
  expect(await good.nextPicture()).toBe(0);
});

test("a port that is taken is an error, and close frees it", async () => {
  const port = Number(new URL(page.url).port);
  await expect(LivePage.listen({ port, description })).rejects.toMatchObject({ code: "EADDRINUSE" });
  const viewer = await PageClient.open(page.url);
  await Promise.all([page.close(), page.close(), viewer.closed]);
  await using again = await LivePage.listen({ port, description });
  expect(new URL(again.url).port).toBe(String(port));
});
