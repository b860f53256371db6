import { once } from "node:events";
import { BroadcastReceiver, type ReceiverOptions } from "@broadcast-ipc/receiver";
import { BroadcastUploader, now } from "@broadcast-ipc/uploader";
import { expect, onTestFinished, test } from "vitest";
import { socketInTempDir } from "./support/socket-in-temp-dir.ts";

// These tests connect an uploader and a receiver over a real socket.

async function accept(path: string, options: ReceiverOptions = {}): Promise<BroadcastReceiver> {
  const receiver = await BroadcastReceiver.accept(path, options);
  onTestFinished(() => receiver.close());
  return receiver;
}

async function connect(path: string): Promise<BroadcastUploader> {
  const uploader = await BroadcastUploader.connect(path);
  onTestFinished(() => uploader.close());
  return uploader;
}

function frame(number: number, codedWidth: number, codedHeight: number) {
  const data = new Uint8Array(codedWidth * codedHeight * 4);
  new DataView(data.buffer).setUint32(0, number);
  return { type: "image", format: "BGRA", codedWidth, codedHeight, data, timestamp: now() } as const;
}

const numberOf = (data: Uint8Array) => new DataView(data.buffer, data.byteOffset).getUint32(0);

test("10,000 messages in each direction arrive in order while video is sent at full speed", async () => {
  const path = await socketInTempDir();
  const [receiver, uploader] = await Promise.all([accept(path), connect(path)]);
  const count = 10_000;
  let isOver = false;
  let frames = 0;
  const watching = (async () => {
    for await (const sample of receiver) {
      frames++;
      if (sample.type === "image") sample[Symbol.dispose]();
      if (isOver) break;
    }
  })();
  const capturing = (async () => {
    while (!isOver) await uploader.upload(frame(0, 1280, 720));
    uploader.upload(frame(0, 1280, 720));
  })();
  const takeAll = async (side: BroadcastReceiver | BroadcastUploader) => {
    let next = 0;
    for await (const { type, data, payload } of side.messages()) {
      expect(type).toBe("number");
      expect(data).toBe(next);
      expect(payload?.length).toBe(next % 100);
      next++;
      if (next === count) return;
    }
  };
  const sendAll = async (side: BroadcastReceiver | BroadcastUploader) => {
    for (let number = 0; number < count; number++) side.send("number", number, new Uint8Array(number % 100));
  };
  await Promise.all([takeAll(receiver), takeAll(uploader), sendAll(receiver), sendAll(uploader)]);
  isOver = true;
  await Promise.all([watching, capturing]);
  expect(frames).toBeGreaterThan(10);
});

test('3,000 frames arrive in order with `delivery: "all"`, although the receiver is replaced twice', async () => {
  const path = await socketInTempDir();
  const demand = { video: { delivery: "all" }, audio: null } as const;
  const [first, uploader] = await Promise.all([accept(path, { demand }), connect(path)]);
  const count = 3000;
  const seen: number[] = [];
  // Wait for the demand, because the uploader keeps only the newest frame until the demand arrives.
  if (!uploader.demand) await once(uploader, "demand");
  const outcomes = new Set<unknown>();
  const capturing = (async () => {
    const pending = new Set<Promise<unknown>>();
    for (let number = 0; number < count; number++) {
      while (pending.size >= 32) await Promise.race(pending);
      const outcome = uploader.upload(frame(number, 16, 16));
      pending.add(outcome);
      outcome.then((settled) => {
        pending.delete(outcome);
        outcomes.add(settled);
      });
    }
    await Promise.all(pending);
  })();
  let receiver = first;
  for (let closes = 0; seen.at(-1) !== count - 1; closes++) {
    const until = closes < 2 ? (closes + 1) * 1000 : count;
    for await (const sample of receiver) {
      if (sample.type !== "image") continue;
      const number = numberOf(sample.data);
      // A frame that the closed receiver had not consumed is sent again to the next receiver.
      if (number !== seen.at(-1)) seen.push(number);
      if (number % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
      sample[Symbol.dispose]();
      if (number >= until - 1) break;
    }
    if (seen.at(-1) === count - 1) break;
    await receiver.close();
    receiver = await accept(path, { demand });
  }
  await capturing;
  expect(outcomes).toEqual(new Set(["sent"]));
  expect(seen).toEqual(Array.from({ length: count }, (_, number) => number));
});

const sampleMs = 10;

/** A stereo audio sample at 48 kHz with the timestamp `number`. */
function audioSample(number: number) {
  const numberOfFrames = 48 * sampleMs;
  const data = new Uint8Array(numberOfFrames * 2 * 2);
  const format = { format: "s16", sampleRate: 48_000, numberOfChannels: 2, numberOfFrames } as const;
  return { type: "audio", ...format, data, timestamp: number } as const;
}

test("audio arrives complete and in order while video is sent at full speed", async () => {
  const path = await socketInTempDir();
  const demand = { video: {}, audio: {} };
  const [receiver, uploader] = await Promise.all([accept(path, { demand }), connect(path)]);
  if (!uploader.demand) await once(uploader, "demand");
  const count = 1000;
  let isOver = false;
  const capturing = (async () => {
    while (!isOver) await uploader.upload(frame(0, 1280, 720));
  })();
  const playing = (async () => {
    for (let number = 0; number < count; number++)
      expect(await uploader.upload(audioSample(number))).toBe("sent");
  })();
  const heard: number[] = [];
  for await (const sample of receiver) {
    if (sample.type === "audio") heard.push(sample.timestamp);
    else sample[Symbol.dispose]();
    if (heard.length === count) break;
  }
  isOver = true;
  expect(heard).toEqual(Array.from({ length: count }, (_, number) => number));
  await playing;
  await receiver.close();
  await uploader.close();
  await capturing;
});

test("a receiver that reads no samples keeps the newest 500 ms of audio, and still receives messages and changes the demand", async () => {
  const path = await socketInTempDir();
  const demand = { video: {}, audio: {} };
  const [receiver, uploader] = await Promise.all([accept(path, { demand }), connect(path)]);
  if (!uploader.demand) await once(uploader, "demand");
  const count = 200;
  for (let number = 0; number < count; number++) {
    uploader.upload(frame(number, 1280, 720));
    expect(await uploader.upload(audioSample(number))).toBe("sent");
  }
  await uploader.send("after the audio");
  expect((await receiver.messages().next()).value.type).toBe("after the audio");
  const waiting = 500 / sampleMs;
  expect(receiver.stats().audio).toMatchObject({
    received: count,
    pending: waiting,
    dropped: count - waiting,
  });

  const heard: number[] = [];
  for await (const sample of receiver) {
    if (sample.type === "audio") heard.push(sample.timestamp);
    if (heard.length === waiting) break;
  }
  expect(heard).toEqual(Array.from({ length: waiting }, (_, index) => count - waiting + index));
  receiver.setDemand({ video: null, audio: null });
  expect(await once(uploader, "demand")).toEqual([{ video: null, audio: null }]);
});
