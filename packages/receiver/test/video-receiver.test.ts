import { once } from "node:events";
import { BroadcastImageCodec, type ImageSample } from "@broadcast-ipc/image-codec";
import { describe, expect, it } from "vitest";
import type { BroadcastReceiver, ReceivedImageSample, Sample } from "../src/index.ts";
import { connected, type HandUploader } from "./fixtures/hand-uploader.ts";
import { videoFrame } from "./fixtures/samples.ts";

async function nextFrame(samples: AsyncIterator<Sample>): Promise<ReceivedImageSample> {
  const { value } = await samples.next();
  if (value?.type !== "image") throw new Error(`expected an image, got ${value?.type}`);
  return value;
}

async function begin(options: Parameters<typeof connected>[0] = {}) {
  const pair = await connected(options);
  expect(await pair.peer.next()).toMatchObject({ type: "demand" });
  expect(await pair.peer.credit()).toBe(1);
  return { ...pair, samples: pair.receiver.samples() };
}

/** Asserts that the receiver has sent nothing since the last message that the peer read. */
async function expectSilence(receiver: BroadcastReceiver, peer: HandUploader): Promise<void> {
  receiver.refresh();
  expect(await peer.next()).toEqual({ type: "refresh" });
}

function jpegOf(timestamp: number) {
  return new BroadcastImageCodec({ encoding: "jpeg" }).encode(videoFrame(timestamp));
}

/** A frame large enough for the memory pool, and for a delta to be smaller than a key frame. */
function large(timestamp: number): ImageSample {
  const size = { codedWidth: 256, codedHeight: 256 };
  return { ...videoFrame(timestamp), ...size, data: new Uint8Array(256 * 256 * 4).fill(timestamp) };
}

function isAllOf(data: Uint8Array, byte: number): boolean {
  return data.length > 0 && data.every((value) => value === byte);
}

describe("VideoReceiver: credit", () => {
  it("grants two frames while the consumer waits, and one more frame while the consumer is busy", async () => {
    const { receiver, peer, samples } = await begin();
    const first = samples.next();
    expect(await peer.credit()).toBe(2);
    peer.frames(1);
    await first;
    peer.frames(2);
    await expectSilence(receiver, peer);
    const second = nextFrame(samples);
    expect((await second).timestamp).toBe(2);
    expect(await peer.credit()).toBe(3);
    await expectSilence(receiver, peer);
    samples.next();
    expect(await peer.credit()).toBe(4);
  });

  it("grants credit when a frame is consumed, not when a frame arrives", async () => {
    const { receiver, peer, samples, isProcessed } = await begin();
    peer.frames(1);
    await isProcessed();
    await expectSilence(receiver, peer);
    const first = await nextFrame(samples);
    expect(await peer.credit()).toBe(2);
    peer.frames(2);
    await isProcessed();
    await expectSilence(receiver, peer);
    first[Symbol.dispose]();
    // Frame 2 still waits for the consumer, so no credit is granted.
    await expectSilence(receiver, peer);
    expect((await nextFrame(samples)).timestamp).toBe(2);
    expect(await peer.credit()).toBe(3);
  });

  it("buffers less than 1,000 bytes of credit messages for a peer that never reads", async () => {
    const { peer, channel, far, isProcessed } = await connected();
    far.pause();
    const junk = { format: "RGBA", codedWidth: 0, codedHeight: 0, timestamp: 0 };
    for (let count = 0; count < 1000; count++) {
      peer.junk(junk);
      await isProcessed();
    }
    expect(channel.bufferedBytes).toBeLessThan(1000);
  });

  it("counts a frame as consumed once, whether it is disposed, followed by next(), or both", async () => {
    const { receiver, peer, samples } = await begin();
    let through = 1;
    for (let timestamp = 1; timestamp <= 21; timestamp++) {
      const next = nextFrame(samples);
      expect(await peer.credit()).toBe(++through);
      peer.frames(timestamp);
      const sample = await next;
      expect(sample.timestamp).toBe(timestamp);
      for (let times = 0; times < timestamp % 4; times++) sample[Symbol.dispose]();
      await expectSilence(receiver, peer);
    }
    expect(receiver.stats().video).toMatchObject({ received: 21, pending: 0, consumed: 21 });
  });

  it("leaves the counts unchanged when an old frame is disposed while a newer frame is held", async () => {
    const { receiver, peer, samples } = await begin();
    peer.frames(1);
    const first = await nextFrame(samples);
    expect(await peer.credit()).toBe(2);
    peer.frames(2);
    await nextFrame(samples);
    const held = receiver.stats().video;
    first[Symbol.dispose]();
    expect(receiver.stats().video).toEqual(held);
    expect(held).toMatchObject({ consumed: 1, pending: 1 });
  });

  it("grants credit for each of two pending next() calls", async () => {
    const { receiver, peer, samples } = await begin();
    let sent = 0;
    for (let round = 0; round < 10; round++) {
      const both = [nextFrame(samples), nextFrame(samples)];
      while (sent < 2 * (round + 1)) {
        const through = await peer.credit();
        while (sent < Math.min(through, 2 * (round + 1))) peer.frames(++sent);
      }
      expect((await Promise.all(both)).map(({ timestamp }) => timestamp)).toEqual([sent - 1, sent]);
    }
    expect(receiver.stats().video).toMatchObject({ received: 20, consumed: 19, pending: 1 });
  });

  it("keeps granting credit to a consumer that disposes no frame, and to one that disposes each frame at once", async () => {
    for (const isDisposing of [false, true]) {
      const { receiver, peer } = await begin();
      const seen: number[] = [];
      const uploading = (async () => {
        peer.frames(1);
        for (let sent = 1; sent < 100; ) {
          const through = await peer.credit();
          expect(through).toBeLessThanOrEqual(receiver.stats().video.consumed + 2);
          while (sent < Math.min(through, 100)) peer.frames(++sent);
        }
      })();
      for await (const sample of receiver) {
        seen.push(sample.timestamp);
        if (isDisposing && sample.type === "image") sample[Symbol.dispose]();
        if (seen.length === 100) break;
      }
      await uploading;
      expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    }
  });
});

describe("VideoReceiver: frames without credit", () => {
  it("drops and reports frames without credit, and delivers the next frame with credit", async () => {
    const { receiver, peer, failures, isProcessed, samples } = await begin();
    peer.frames(1, 2, 3, 4);
    await isProcessed();
    expect(failures).toHaveLength(3);
    for (const error of failures) expect(error).toMatchObject({ code: "ERR_PROTOCOL_NO_CREDIT" });
    expect((await nextFrame(samples)).timestamp).toBe(1);
    expect(await peer.credit()).toBe(2);
    peer.channel.send(
      { type: "image", sequence: 2, metadata: { ...videoFrame(9), data: undefined } },
      videoFrame(9).data,
    );
    expect((await nextFrame(samples)).timestamp).toBe(9);
    expect(receiver.stats().video).toEqual({
      received: 5,
      consumed: 1,
      undecodable: 0,
      dropped: 3,
      pending: 1,
    });
  });

  it("drops frames whose sequence number has arrived before", async () => {
    const { receiver, peer, failures, isProcessed } = await begin();
    const { data, ...metadata } = videoFrame(1);
    for (let times = 0; times < 100; times++)
      peer.channel.send({ type: "image", sequence: 1, metadata }, data);
    peer.channel.send({ type: "image", sequence: 0, metadata }, data);
    await isProcessed();
    expect(receiver.stats().video).toMatchObject({ received: 101, dropped: 100, pending: 1 });
    expect(failures).toHaveLength(100);
  });

  it("accepts a frame after a skipped sequence number", async () => {
    const { peer, samples } = await begin();
    const first = nextFrame(samples);
    expect(await peer.credit()).toBe(2);
    const { data, ...metadata } = videoFrame(1);
    peer.channel.send({ type: "image", sequence: 2, metadata }, data);
    expect((await first).timestamp).toBe(1);
    samples.next();
    expect(await peer.credit()).toBe(3);
    expect(await peer.credit()).toBe(4);
  });
});

describe("VideoReceiver: undecodable frames", () => {
  const size = { codedWidth: 16, codedHeight: 16, timestamp: 0 };
  const signature = Uint8Array.of(0xff, 0xd8, 0xff);
  it.each<[string, string, unknown, Uint8Array | undefined]>([
    ["a JPEG of zeros", "ERR_IMAGE_UNDECODABLE", { ...size, encoding: "jpeg" }, new Uint8Array(500)],
    ["a JPEG signature alone", "ERR_IMAGE_UNDECODABLE", { ...size, encoding: "jpeg" }, signature],
    ["a JPEG without data", "ERR_IMAGE_DATA_TOO_SHORT", { ...size, encoding: "jpeg" }, undefined],
    ["a JPEG of 0 bytes", "ERR_IMAGE_DATA_TOO_SHORT", { ...size, encoding: "jpeg" }, new Uint8Array()],
    [
      "a raw frame that is too short",
      "ERR_IMAGE_DATA_TOO_SHORT",
      { ...size, format: "RGB" },
      new Uint8Array(767),
    ],
    ["a raw frame without data", "ERR_IMAGE_DATA_TOO_SHORT", { ...size, format: "RGB" }, undefined],
    ["no metadata", "ERR_IMAGE_INVALID_METADATA", undefined, new Uint8Array(9)],
    ["null as metadata", "ERR_IMAGE_INVALID_METADATA", null, new Uint8Array(9)],
    ["a string as metadata", "ERR_IMAGE_INVALID_METADATA", "RGB", new Uint8Array(9)],
    ["an unknown encoding", "ERR_IMAGE_INVALID_METADATA", { ...size, encoding: "gif" }, new Uint8Array(9)],
    ["a width of 1e9", "ERR_IMAGE_INVALID_METADATA", { ...size, format: "RGB", codedWidth: 1e9 }, undefined],
  ])("emits a failure and delivers the next frame: %s", async (_, code, metadata, data) => {
    for (const decode of [true, false]) {
      if (!decode && code === "ERR_IMAGE_UNDECODABLE") continue;
      const { receiver, peer, samples } = await begin({ decode });
      const next = nextFrame(samples);
      expect(await peer.credit()).toBe(2);
      const failure = once(receiver, "failure");
      peer.junk(metadata, data);
      expect(await failure).toMatchObject([{ code }]);
      expect(await peer.credit()).toBe(3);
      peer.frames(2);
      expect((await next).timestamp).toBe(2);
      expect(receiver.stats().video).toEqual({
        received: 2,
        consumed: 0,
        undecodable: 1,
        dropped: 0,
        pending: 1,
      });
    }
  });

  it("returns the credit of undecodable frames even while no next() is pending", async () => {
    const { receiver, peer, samples } = await begin();
    for (let through = 2; through < 20; through++) {
      peer.junk({});
      expect(await peer.credit()).toBe(through);
    }
    peer.frames(7);
    expect((await nextFrame(samples)).timestamp).toBe(7);
    expect(receiver.stats().video).toMatchObject({ received: 19, undecodable: 18, pending: 1 });
  });
});

describe("VideoReceiver: decoding", () => {
  it("converts compressed frames to RGBA and leaves raw frames unchanged", async () => {
    const { peer, samples } = await begin();
    const jpeg = await jpegOf(100);
    peer.junk(jpeg.metadata, jpeg.data);
    expect(await nextFrame(samples)).toMatchObject({
      format: "RGBA",
      codedWidth: 16,
      codedHeight: 16,
      timestamp: 100,
    });
    peer.frames(2);
    expect(await nextFrame(samples)).toMatchObject({ format: "BGRA", timestamp: 2 });
  });

  it("keeps the order of frames if a later frame is decoded faster", async () => {
    const { peer, samples } = await begin();
    const jpeg = await jpegOf(1);
    const first = nextFrame(samples);
    expect(await peer.credit()).toBe(2);
    peer.junk(jpeg.metadata, jpeg.data);
    peer.frames(2);
    expect((await first).timestamp).toBe(1);
    expect((await nextFrame(samples)).timestamp).toBe(2);
  });

  it("decodes frames that arrived before the connection closed", async () => {
    const { peer, samples } = await begin();
    const jpeg = await jpegOf(1);
    const next = nextFrame(samples);
    peer.junk(jpeg.metadata, jpeg.data);
    await peer.channel.close();
    expect((await next).timestamp).toBe(1);
    expect(await samples.next()).toEqual({ done: true, value: undefined });
  });

  it("converts raw and compressed frames to the format option", async () => {
    const { peer, samples } = await begin({ format: "RGB" });
    const jpeg = await jpegOf(1);
    peer.junk(jpeg.metadata, jpeg.data);
    for (const timestamp of [1, 2]) {
      const sample = await nextFrame(samples);
      expect(sample).toMatchObject({ format: "RGB", timestamp });
      expect(sample.data).toHaveLength(16 * 16 * 3);
      peer.frames(2);
    }
  });

  it("leaves the bytes of a JPEG unchanged with `decode: false`, and converts raw frames", async () => {
    const { peer, samples } = await begin({ decode: false, format: "RGB" });
    const data = Uint8Array.of(1, 2, 3, 4, 5);
    peer.junk({ encoding: "jpeg", codedWidth: 9, codedHeight: 8, rotation: 90, timestamp: 7 }, data);
    const sample = await nextFrame(samples);
    expect(sample).toMatchObject({
      type: "image",
      encoding: "jpeg",
      codedWidth: 9,
      codedHeight: 8,
      rotation: 90,
    });
    expect(sample.data).toEqual(data);
    peer.frames(2);
    expect(await nextFrame(samples)).toMatchObject({ format: "RGB", timestamp: 2 });
  });
});

describe("VideoReceiver: demand without video", () => {
  it("drops waiting, decoding and arriving frames, and returns the credit of each", async () => {
    const { receiver, peer, isProcessed, samples } = await begin();
    peer.frames(1);
    await isProcessed();
    receiver.setDemand({ video: null, audio: null });
    expect(await peer.next()).toMatchObject({ type: "demand", video: null });
    expect(await peer.credit()).toBe(2);
    peer.frames(2);
    expect(await peer.credit()).toBe(3);
    expect(receiver.stats().video).toEqual({
      received: 2,
      consumed: 0,
      undecodable: 0,
      dropped: 2,
      pending: 0,
    });

    receiver.setDemand({ video: {}, audio: null });
    expect(await peer.next()).toMatchObject({ type: "demand", video: {} });
    const jpeg = await jpegOf(3);
    peer.junk(jpeg.metadata, jpeg.data);
    await isProcessed();
    receiver.setDemand({ video: null, audio: null });
    expect(await peer.next()).toMatchObject({ type: "demand", video: null });
    expect(await peer.credit()).toBe(4);
    receiver.setDemand({ video: {}, audio: null });
    peer.frames(4);
    expect((await nextFrame(samples)).timestamp).toBe(4);
  });

  it("does not drop the frame that the consumer holds", async () => {
    const { receiver, peer, samples } = await begin();
    peer.frames(1);
    const held = await nextFrame(samples);
    receiver.setDemand({ video: null, audio: null });
    expect(receiver.stats().video).toMatchObject({ pending: 1, dropped: 0 });
    held[Symbol.dispose]();
    expect(receiver.stats().video).toMatchObject({ consumed: 1, pending: 0, dropped: 0 });
  });

  it("drops an arriving frame even if next() is pending", async () => {
    const { receiver, peer, isProcessed, samples } = await begin({ demand: { video: null, audio: {} } });
    const next = samples.next();
    peer.frames(1);
    await isProcessed();
    peer.audio(2);
    expect(await next).toMatchObject({ value: { type: "audio", timestamp: 2 } });
    expect(receiver.stats().video).toMatchObject({ received: 1, dropped: 1 });
  });
});

describe("VideoReceiver: memory of frames", () => {
  it("reuses the memory of a raw frame after its sample is disposed", async () => {
    const { peer, samples } = await begin();
    peer.frame(large(1));
    const sample = await nextFrame(samples);
    const { buffer } = sample.data;
    sample[Symbol.dispose]();
    expect([sample.data.length, buffer.byteLength]).toEqual([0, 0]);
    sample[Symbol.dispose]();
    peer.frame(large(2));
    const { data } = await nextFrame(samples);
    expect(isAllOf(data, 2)).toBe(true);
    sample[Symbol.dispose]();
    expect(isAllOf(data, 2)).toBe(true);
  });

  it("keeps the memory of a frame until its sample is disposed, even if the consumer requests the next frame", async () => {
    const { receiver, peer, samples, isProcessed } = await begin();
    peer.frame(large(1));
    const first = await nextFrame(samples);
    peer.frame(large(2));
    const second = await nextFrame(samples);
    peer.frame(large(3));
    await isProcessed();
    expect(isAllOf(first.data, 1)).toBe(true);
    first[Symbol.dispose]();
    expect(first.data.length).toBe(0);
    expect(isAllOf(second.data, 2)).toBe(true);
    expect(receiver.stats().video).toMatchObject({ consumed: 1, pending: 2 });
  });

  it("keeps the memory of a held frame after close() until its sample is disposed", async () => {
    const { receiver, peer, samples } = await begin();
    peer.frame(large(1));
    const sample = await nextFrame(samples);
    await receiver.close();
    expect(isAllOf(sample.data, 1)).toBe(true);
    sample[Symbol.dispose]();
    sample[Symbol.dispose]();
    expect(receiver.stats().video).toMatchObject({ consumed: 1, pending: 0 });
  });

  it("reuses the memory of a converted frame after its sample is disposed, not at the following next()", async () => {
    const { peer, samples, isProcessed } = await begin({ format: "RGB" });
    peer.frame(large(1));
    const first = await nextFrame(samples);
    peer.frame(large(2));
    const second = await nextFrame(samples);
    peer.frame(large(3));
    await isProcessed();
    expect([first.data.length, isAllOf(first.data, 1)]).toEqual([256 * 256 * 3, true]);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    const third = await nextFrame(samples);
    expect([first.data.length, isAllOf(second.data, 2), isAllOf(third.data, 3)]).toEqual([0, true, true]);
  });
});

describe("VideoReceiver: delta frames", () => {
  it("decodes deltas in order, even if one of them is dropped for a demand without video", async () => {
    const { receiver, peer, samples } = await begin();
    const codec = new BroadcastImageCodec({ encoding: "delta", deltaRegions: "lossless" });
    const send = async (timestamp: number) => {
      const sample = large(1);
      sample.data.fill(timestamp, 0, 4 * timestamp);
      const { metadata, data } = await codec.encode({ ...sample, timestamp });
      peer.junk(metadata, data);
    };
    await send(1);
    (await nextFrame(samples))[Symbol.dispose]();
    expect(await peer.credit()).toBe(2);
    receiver.setDemand({ video: null, audio: null });
    expect(await peer.next()).toMatchObject({ type: "demand", video: null });
    await send(2);
    expect(await peer.credit()).toBe(3);
    receiver.setDemand({ video: {}, audio: null });
    await send(3);
    const third = await nextFrame(samples);
    expect(third.timestamp).toBe(3);
    expect([...third.data.subarray(0, 16)]).toEqual([3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 1, 1, 1, 1]);
    // The consumer did not get the frame that the damage refers to, so the sample has no damage.
    expect(third).not.toHaveProperty("damage");
    await send(4);
    expect(await nextFrame(samples)).toHaveProperty("damage");
    expect(receiver.stats().video).toMatchObject({ received: 4, consumed: 2, dropped: 1, undecodable: 0 });
  });
});

describe("VideoReceiver: deltas without their base", () => {
  const delta = { encoding: "delta", codedWidth: 16, codedHeight: 16, timestamp: 0 };

  it("requests one key frame for any number of undecodable deltas, and another one only after a frame has decoded", async () => {
    const { receiver, peer, samples, failures, isProcessed } = await begin();
    peer.junk(delta, Uint8Array.of(1));
    expect([await peer.credit(), await peer.next()]).toEqual([2, { type: "refresh" }]);
    peer.junk(delta, Uint8Array.of(1));
    expect(await peer.credit()).toBe(3);
    await expectSilence(receiver, peer);
    await isProcessed();
    expect(failures).toHaveLength(2);
    expect(receiver.stats().video).toMatchObject({ received: 2, undecodable: 2, pending: 0 });
    peer.frames(3);
    (await nextFrame(samples))[Symbol.dispose]();
    expect(await peer.credit()).toBe(4);
    peer.junk(delta, Uint8Array.of(1));
    expect([await peer.credit(), await peer.next()]).toEqual([5, { type: "refresh" }]);
  });

  it("requests another key frame only when a delta builds on the undecodable key frame", async () => {
    const { receiver, peer } = await begin();
    const keyFrame = { ...delta, delta: { number: 1, coding: "jpeg", regions: [] } };
    const change = { ...delta, delta: { number: 2, base: 1, coding: "jpeg", regions: [] } };
    peer.junk(keyFrame, Uint8Array.of(1));
    expect([await peer.credit(), await peer.next()]).toEqual([2, { type: "refresh" }]);
    // The requested key frame is undecodable, too. Only a delta that builds on this key frame causes another request, so
    // requests cannot repeat forever.
    peer.junk(keyFrame, Uint8Array.of(1));
    expect(await peer.credit()).toBe(3);
    await expectSilence(receiver, peer);
    peer.junk(change);
    expect([await peer.credit(), await peer.next()]).toEqual([4, { type: "refresh" }]);
    peer.junk(change);
    expect(await peer.credit()).toBe(5);
    await expectSilence(receiver, peer);
  });

  it("requests no key frame for an undecodable frame in an encoding without deltas", async () => {
    const { receiver, peer } = await begin();
    peer.junk({ ...delta, encoding: "jpeg" }, Uint8Array.of(1));
    expect(await peer.credit()).toBe(2);
    await expectSilence(receiver, peer);
  });
});

describe('VideoReceiver: credit with delivery "all"', () => {
  const demand = { video: { delivery: "all" }, audio: null } as const;

  it("reports each consumed frame, but not the frames that close() drops", async () => {
    const { receiver, peer, samples, isProcessed } = await begin({ demand });
    peer.frames(1);
    const first = await nextFrame(samples);
    expect(await peer.next()).toEqual({ type: "credit", through: 2, consumed: 0 });
    peer.frames(2);
    await isProcessed();
    first[Symbol.dispose]();
    expect(await peer.next()).toEqual({ type: "credit", through: 2, consumed: 1 });
    await nextFrame(samples);
    expect(await peer.next()).toEqual({ type: "credit", through: 3, consumed: 1 });
    peer.frames(3);
    await isProcessed();
    await receiver.close();
    expect(await peer.next()).toBeUndefined();
  });

  it("reports the held frame as consumed after the demand for video became null", async () => {
    const { receiver, peer, samples, isProcessed } = await begin({ demand });
    peer.frames(1);
    const first = await nextFrame(samples);
    expect(await peer.next()).toEqual({ type: "credit", through: 2, consumed: 0 });
    receiver.setDemand({ video: null, audio: null });
    expect(await peer.next()).toMatchObject({ type: "demand" });
    await isProcessed();
    first[Symbol.dispose]();
    expect(await peer.next()).toEqual({ type: "credit", through: 2, consumed: 1 });
  });
});
