import { once } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import { connected } from "./fixtures/hand-uploader.ts";
import { audioSample, videoFrame } from "./fixtures/samples.ts";

const both = { video: {}, audio: {} };

describe('"start"', () => {
  it("is emitted once, with the first ready frame, even if no next() is pending", async () => {
    const { receiver, peer, isHeard } = await connected();
    let starts = 0;
    receiver.on("start", () => starts++);
    peer.junk({});
    await isHeard();
    expect(starts).toBe(0);
    peer.frames(1);
    await once(receiver, "start");
    await receiver.samples().next();
    peer.frames(2);
    await isHeard();
    expect(starts).toBe(1);
  });

  it("is not emitted for a frame that is not wanted", async () => {
    const { receiver, peer, isHeard } = await connected({ demand: { video: null, audio: null } });
    let starts = 0;
    receiver.on("start", () => starts++);
    peer.frames(1);
    await isHeard();
    expect(receiver.stats().video.dropped).toBe(1);
    expect(starts).toBe(0);
  });
});

describe('"format"', () => {
  it("is emitted before the first audio sample, and before the first one of another format", async () => {
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

  it("tolerates a listener that throws or calls next()", async () => {
    const { receiver, peer, isHeard } = await connected({ demand: both });
    peer.audio(1, 2);
    await isHeard();
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

describe('"disconnect"', () => {
  it("carries the reason of the end", async () => {
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

describe('"stall" and "resume"', () => {
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

  it("are emitted when the consumer waits too long for a frame, despite audio, and when the frame arrives", async () => {
    const { receiver, peer, emitted, isHeard } = await begin(100);
    const samples = receiver.samples();
    for (let timestamp = 1; timestamp <= 11; timestamp++) {
      const next = samples.next();
      vi.advanceTimersByTime(9);
      peer.audio(timestamp);
      await next;
    }
    const next = samples.next();
    await isHeard();
    expect(emitted).toEqual([]);
    vi.advanceTimersByTime(1);
    await isHeard();
    expect(emitted).toEqual(["stall"]);
    peer.frame(videoFrame(1));
    await next;
    await isHeard();
    expect(emitted).toEqual(["stall", "start", "resume"]);
  });

  it("are not emitted while the consumer is busy, while no video is wanted, and after the end", async () => {
    const { receiver, peer, emitted, isHeard } = await begin(100);
    const samples = receiver.samples();
    const first = samples.next();
    peer.frames(1);
    await first;
    vi.advanceTimersByTime(1000);
    const next = samples.next();
    vi.advanceTimersByTime(99);
    receiver.setDemand({ video: null, audio: {} });
    vi.advanceTimersByTime(1000);
    await isHeard();
    receiver.setDemand(both);
    vi.advanceTimersByTime(99);
    await peer.channel.close();
    await next;
    vi.advanceTimersByTime(1000);
    await new Promise(process.nextTick);
    expect(emitted).toEqual(["start"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("are off by default", async () => {
    const { receiver, emitted, isHeard } = await begin(undefined);
    receiver.samples().next();
    vi.advanceTimersByTime(1e9);
    await isHeard();
    expect(emitted).toEqual([]);
  });
});
