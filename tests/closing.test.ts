import { once } from "node:events";
import { BroadcastReceiver } from "@broadcast-ipc/receiver";
import { BroadcastUploader, now } from "@broadcast-ipc/uploader";
import { expect, onTestFinished, test } from "vitest";
import { Child } from "./support/child.ts";
import { Frames } from "./support/frames.ts";
import { socketInTempDir } from "./support/socket-in-temp-dir.ts";

/** The close timeout in ms, long enough for a slow machine. No test waits this long. */
const closeTimeout = 60_000;

async function connect(path: string): Promise<BroadcastUploader> {
  const uploader = await BroadcastUploader.connect(path, { closeTimeout });
  onTestFinished(() => uploader.close());
  return uploader;
}

test("BroadcastUploader.close() delivers the newest of twenty frames to another process", async () => {
  const path = await socketInTempDir();
  const receiver = new Child<number>("receive.mjs", path, { longestPause: 5 });
  const uploader = await connect(path);
  const frames = new Frames();
  const outcomes = Array.from({ length: 20 }, () => uploader.upload(frames.capture()));
  await uploader.close();
  const seen: number[] = [];
  for await (const number of receiver) seen.push(number);
  expect(seen.at(-1)).toBe(19);
  expect((await Promise.all(outcomes)).at(-1)).toBe("sent");
  expect(await receiver.exited).toBe(0);
});

test('BroadcastUploader.close() delivers all twenty frames to another process with `delivery: "all"`', async () => {
  const path = await socketInTempDir();
  const demand = { video: { delivery: "all" }, audio: null };
  const receiver = new Child<number>("receive.mjs", path, { demand, longestPause: 5 });
  const uploader = await connect(path);
  await uploader.wanted();
  const frames = new Frames();
  const outcomes = Array.from({ length: 20 }, () => uploader.upload(frames.capture()));
  await uploader.close();
  const seen: number[] = [];
  for await (const number of receiver) seen.push(number);
  expect(seen).toEqual([...Array(20).keys()]);
  expect(new Set(await Promise.all(outcomes))).toEqual(new Set(["sent"]));
});

test("BroadcastUploader.close() delivers all messages and audio", async () => {
  const path = await socketInTempDir();
  const demand = { video: null, audio: {} };
  const [receiver, uploader] = await Promise.all([BroadcastReceiver.accept(path, { demand }), connect(path)]);
  onTestFinished(() => receiver.close());
  await uploader.wanted({ type: "audio" });
  const format = { format: "s16", sampleRate: 8000, numberOfChannels: 1, numberOfFrames: 80 } as const;
  for (let number = 0; number < 40; number++) {
    uploader.upload({ type: "audio", ...format, data: new Uint8Array(160), timestamp: number });
  }
  const messages = Array.from({ length: 1000 }, (_, number) => uploader.send("number", number));
  const closing = uploader.close();
  const heard = (async () => {
    const timestamps: number[] = [];
    for await (const { timestamp } of receiver) timestamps.push(timestamp);
    return timestamps;
  })();
  const numbers: unknown[] = [];
  for await (const { data } of receiver.messages()) numbers.push(data);
  expect(numbers).toEqual([...Array(1000).keys()]);
  expect(await heard).toEqual([...Array(40).keys()]);
  await Promise.all([closing, ...messages]);
});

test("BroadcastUploader emits an empty demand when the receiver closes, and then the demand of the next receiver", async () => {
  const path = await socketInTempDir();
  const [first, uploader] = await Promise.all([BroadcastReceiver.accept(path), connect(path)]);
  let isCapturing = false;
  uploader.on("demand", ({ video }) => {
    isCapturing = video !== null;
  });
  await once(uploader, "demand");
  expect(isCapturing).toBe(true);
  const stopped = once(uploader, "demand");
  await first.close();
  await stopped;
  expect(isCapturing).toBe(false);
  const started = once(uploader, "demand");
  const second = await BroadcastReceiver.accept(path);
  onTestFinished(() => second.close());
  await started;
  expect(isCapturing).toBe(true);
  const frame = { type: "image", format: "BGRA", codedWidth: 1, codedHeight: 1 } as const;
  uploader.upload({ ...frame, data: new Uint8Array(4), timestamp: now() });
  expect((await second.samples().next()).value?.type).toBe("image");
});
