import { once } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import { connected } from "./fixtures/hand-uploader.ts";
import { audioSample, videoFrame } from "./fixtures/samples.ts";

const both = { video: {}, audio: {} };

describe('BroadcastReceiver: "start"', () => {
  it('emits "start" once, when the first frame is ready, even if no next() is pending', async () => {
    const { receiver, peer, isProcessed } = await connected();
    let starts = 0;
    receiver.on("start", () => starts++);
    peer.junk({});
    await isProcessed();
    expect(starts).toBe(0);
    peer.frames(1);
    await once(receiver, "start");
    await receiver.samples().next();
    peer.frames(2);
    await isProcessed();
    expect(starts).toBe(1);
  });

  it('emits no "start" for a frame that the demand excludes', async () => {
    const { receiver, peer, isProcessed } = await connected({ demand: { video: null, audio: null } });
    let starts = 0;
    receiver.on("start", () => starts++);
    peer.frames(1);
    await isProcessed();
    expect(receiver.stats().video.dropped).toBe(1);
    expect(starts).toBe(0);
  });
});

describe('BroadcastReceiver: "format"', () => {
  it('emits "format" before the first audio sample, and before the first sample of another format', async () => {
    const { receiver, peer } = await connected({ demand: both });
    const log: unknown[] = [];
    receiver.on("format", ({ format, sampleRate, numberOfChannels }) =>
      log.push(`${format} ${sampleRate} ${numberOfChannels}`),
    );
    const stereo = { ...audioSample(3), numberOfChannels: 2, numberOfFrames: 40 };
    for (const sample of [
      audioSample(1),
      audioSample(2),
      stereo,
      { ...stereo, timestamp: 4, sampleRate: 48_000 },
    ]) {
      const { type, data, ...metadata } = sample;
      peer.channel.send({ type, metadata }, data);
    }
    for await (const { timestamp } of receiver) if (log.push(timestamp) === 7) break;
    expect(log).toEqual(["s16 8000 1", 1, 2, "s16 8000 2", 3, "s16 48000 2", 4]);
  });

  it('yields samples in order if a "format" listener throws or calls next()', async () => {
    const { receiver, peer, isProcessed } = await connected({ demand: both });
    peer.audio(1, 2);
    await isProcessed();
    const uncaught = new Promise((resolve) => {
      const others = process.listeners("uncaughtException");
      process.removeAllListeners("uncaughtException");
      process.once("uncaughtException", (error) => {
        for (const other of others) process.on("uncaughtException", other);
        resolve(error);
      });
    });
    const samples = receiver.samples();
    const thrown = new Error("thrown by a listener");
    let second: unknown;
    receiver.once("format", () => {
      second = samples.next();
      throw thrown;
    });
    expect((await samples.next()).value).toMatchObject({ timestamp: 1 });
    expect(await second).toMatchObject({ value: { timestamp: 2 } });
    expect(await uncaught).toBe(thrown);
  });
});

describe('BroadcastReceiver: "disconnect"', () => {
  it("reports which side closed the connection", async () => {
    const { receiver, peer } = await connected();
    const disconnect = once(receiver, "disconnect");
    await peer.channel.close();
    expect(await disconnect).toEqual([{ by: "peer", code: "closed" }]);
    const other = await connected();
    const closing = once(other.receiver, "disconnect");
    await other.receiver.close();
    expect(await closing).toEqual([{ by: "us", code: "closed" }]);
  });
});

describe('BroadcastReceiver: "stall" and "resume"', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  async function begin(stallAfter: number | undefined, demand = both) {
    const pair = await connected({ stallAfter, demand });
    const emitted: string[] = [];
    for (const event of ["start", "stall", "resume"] as const) {
      pair.receiver.on(event, () => emitted.push(event));
    }
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    return { ...pair, emitted };
  }

  it('emits "stall" after stallAfter without a frame, even if audio arrives, and "resume" with the next frame', async () => {
    const { receiver, peer, emitted, isProcessed } = await begin(100);
    const samples = receiver.samples();
    for (let timestamp = 1; timestamp <= 11; timestamp++) {
      const next = samples.next();
      vi.advanceTimersByTime(9);
      peer.audio(timestamp);
      await next;
    }
    const next = samples.next();
    await isProcessed();
    expect(emitted).toEqual([]);
    vi.advanceTimersByTime(1);
    await isProcessed();
    expect(emitted).toEqual(["stall"]);
    peer.frame(videoFrame(1));
    await next;
    await isProcessed();
    expect(emitted).toEqual(["stall", "start", "resume"]);
  });

  it('emits no "stall" while the consumer is busy, while the demand excludes video, or after the end', async () => {
    const { receiver, peer, emitted, isProcessed } = await begin(100);
    const samples = receiver.samples();
    const first = samples.next();
    peer.frames(1);
    await first;
    vi.advanceTimersByTime(1000);
    const next = samples.next();
    vi.advanceTimersByTime(99);
    receiver.setDemand({ video: null, audio: {} });
    vi.advanceTimersByTime(1000);
    await isProcessed();
    receiver.setDemand(both);
    vi.advanceTimersByTime(99);
    await peer.channel.close();
    await next;
    vi.advanceTimersByTime(1000);
    await new Promise(process.nextTick);
    expect(emitted).toEqual(["start"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('emits no "stall" without stallAfter', async () => {
    const { receiver, emitted, isProcessed } = await begin(undefined);
    receiver.samples().next();
    vi.advanceTimersByTime(1e9);
    await isProcessed();
    expect(emitted).toEqual([]);
  });
});
