import { readdirSync } from "node:fs";
import type { AudioSample } from "@broadcast-ipc/audio-codec";
import { AudioFrame, AudioResampler, AudioSource } from "@livekit/rtc-node";
import { describe, expect, test, vi } from "vitest";
import { openFeed, pushAndSettle, settled, spyOnCapture, takeAtOnce } from "./open-feed.ts";
import { tone } from "./tone.ts";

const never = () => new Promise<void>(() => {});

/** A sample of 10 ms in which every value is the same. */
function constant(value: number): AudioSample {
  const data = new Uint8Array(new Int16Array(960).fill(value).buffer);
  return {
    type: "audio",
    format: "s16",
    sampleRate: 48_000,
    numberOfChannels: 2,
    numberOfFrames: 480,
    data,
    timestamp: 0,
  };
}

describe("AudioFeed", () => {
  test("keeps the newest half second of a burst and counts the dropped seconds", async () => {
    const capture = spyOnCapture().mockImplementationOnce(never);
    const { feed } = openFeed();
    for (let index = 0; index < 1_000; index++) feed.push(constant(index));
    expect(feed.stats.waitingSeconds).toBeCloseTo(0.51, 6);
    expect(feed.stats.droppedSeconds).toBeCloseTo(10 - 0.01 - 0.51, 6);
    expect(feed.stats.frames).toBe(0);
    expect(capture).toHaveBeenCalledTimes(1);
  });

  test("plays all of a two-second sample, and drops the start of a longer one", async () => {
    const taken = takeAtOnce();
    const { feed } = openFeed();
    await pushAndSettle(feed, tone({ numberOfFrames: 96_000 }));
    expect(feed.stats).toEqual({ frames: 96_000, droppedSeconds: 0, waitingSeconds: 0, restarts: 0 });
    await pushAndSettle(feed, tone({ numberOfFrames: 5 * 44_100, sampleRate: 44_100, numberOfChannels: 1 }));
    expect(feed.stats.droppedSeconds).toBeCloseTo(3, 6);
    expect(taken().length / 2).toBeGreaterThan(96_000 * 2 - 2_000);
  });

  test("ends a delay that a burst caused", async () => {
    const { feed, scheduler } = openFeed();
    spyOnCapture().mockImplementation(() => new Promise((resolve) => scheduler.schedule(resolve, 10)));
    for (let index = 0; index < 40; index++) feed.push(constant(1));
    for (let index = 0; index < 300; index++) {
      for (let piece = 0; piece < 2; piece++) feed.push(constant(1));
      await settled();
      scheduler.advance(20);
      await settled();
    }
    expect(feed.stats.waitingSeconds).toBeLessThan(0.05);
  });

  test("replaces a source that does not answer within two seconds", async () => {
    const capture = spyOnCapture().mockImplementationOnce(never);
    const { feed, scheduler, failures, sources } = openFeed();
    const first = feed.source;
    feed.push(constant(1));
    feed.push(constant(2));
    scheduler.advance(1_999);
    await settled();
    expect(failures).toEqual([]);
    scheduler.advance(1);
    await settled();
    expect(failures).toMatchObject([{ code: "ERR_LIVEKIT_AUDIO_STUCK" }]);
    expect(sources).toEqual([feed.source]);
    expect(feed.source).not.toBe(first);
    expect(first.closed).toBe(true);
    await expect.poll(() => feed.stats.frames).toBe(480);
    expect(capture.mock.contexts).toEqual([first, feed.source]);
    expect(feed.stats).toEqual({ frames: 480, droppedSeconds: 0.01, waitingSeconds: 0, restarts: 1 });
    expect(scheduler.pending).toBe(0);
  });

  test("replaces the source at most once in five seconds", async () => {
    const capture = spyOnCapture().mockImplementation(never);
    const { feed, scheduler, failures, sources } = openFeed();
    for (let elapsed = 0; elapsed < 30_000; elapsed += 10) {
      feed.push(constant(1));
      scheduler.advance(10);
      await settled();
    }
    // The first after 2 s, then one in each 5 s.
    expect(sources).toHaveLength(6);
    expect(capture).toHaveBeenCalledTimes(7);
    expect(failures.every(({ code }) => code === "ERR_LIVEKIT_AUDIO_STUCK")).toBe(true);
    expect(failures.length).toBeLessThanOrEqual(7);
    expect(feed.stats.waitingSeconds).toBeLessThan(0.52);
  });

  test("keeps a source that answers late because the process was blocked", async () => {
    let resolve = () => {};
    spyOnCapture().mockImplementationOnce(() => new Promise<void>((done) => (resolve = done)));
    const { feed, scheduler, failures } = openFeed();
    feed.push(constant(1));
    // The timer of a blocked process runs before the answer that arrived meanwhile.
    scheduler.advance(1_900);
    resolve();
    await settled();
    scheduler.advance(10_000);
    await settled();
    expect(failures).toEqual([]);
    expect(feed.stats).toMatchObject({ frames: 480, restarts: 0 });
  });

  test("replaces a source that rejects and reports each reason once", async () => {
    const capture = spyOnCapture().mockImplementation(() =>
      Promise.reject(new Error("InvalidState - failed")),
    );
    const { feed, scheduler, failures, sources } = openFeed();
    for (let elapsed = 0; elapsed < 11_000; elapsed += 10) {
      feed.push(constant(1));
      await settled();
      scheduler.advance(10);
      await settled();
    }
    expect(failures).toMatchObject([
      { code: "ERR_LIVEKIT_AUDIO_REJECTED", cause: { message: "InvalidState - failed" } },
    ]);
    expect(sources).toHaveLength(3);
    capture.mockRestore();
    scheduler.advance(5_000);
    await expect.poll(() => feed.stats.frames).toBeGreaterThan(24_000);
  });

  test("replaces a source that rejects with InvalidState because another call is pending", async () => {
    const { feed, failures, sources } = openFeed();
    const { source } = feed;
    // The library takes a second of audio in parts, so that this call is pending for most of a second.
    const pending = source.captureFrame(new AudioFrame(new Int16Array(96_000), 48_000, 2, 48_000));
    pending.catch(() => {});
    const failuresAfterPush = () => {
      feed.push(constant(1));
      return failures.length;
    };
    await expect.poll(failuresAfterPush, { interval: 20 }).toBe(1);
    expect(failures).toMatchObject([{ code: "ERR_LIVEKIT_AUDIO_REJECTED" }]);
    expect(failures[0]?.message).toContain("InvalidState");
    expect(sources).toEqual([feed.source]);
    const { frames } = feed.stats;
    feed.push(constant(1));
    await expect.poll(() => feed.stats.frames).toBeGreaterThan(frames);
  });

  test("replaces a source that was closed from outside", async () => {
    const { feed, failures, sources } = openFeed();
    await feed.source.close();
    feed.push(constant(1));
    await settled();
    expect(failures).toMatchObject([{ code: "ERR_LIVEKIT_AUDIO_REJECTED" }]);
    expect(sources).toEqual([feed.source]);
    feed.push(constant(1));
    await expect.poll(() => feed.stats.frames).toBe(480);
  });

  test("reports that no new source can be opened, and tries again", async () => {
    const capture = spyOnCapture().mockRejectedValueOnce(new Error("InvalidState"));
    const { feed, scheduler, failures } = openFeed();
    const createHandle = vi.spyOn(globalThis._ffiClientInstance as never as { request(): void }, "request");
    createHandle.mockImplementationOnce(() => {
      throw new Error("no more sources");
    });
    feed.push(constant(1));
    await settled();
    createHandle.mockRestore();
    expect(failures.map(({ code }) => code)).toEqual([
      "ERR_LIVEKIT_AUDIO_REJECTED",
      "ERR_LIVEKIT_AUDIO_REJECTED",
    ]);
    scheduler.advance(5_000);
    feed.push(constant(1));
    await expect.poll(() => feed.stats).toMatchObject({ frames: 480, restarts: 1 });
    expect(capture).toHaveBeenCalledTimes(2);
  });

  const valid = constant(1);
  test.each<[string, unknown]>([
    ["short data", { ...valid, data: valid.data.subarray(1) }],
    ["overlong data", { ...valid, data: new Uint8Array(1_921) }],
    ["no data", { ...valid, data: new Uint8Array() }],
    ["a buffer instead of bytes", { ...valid, data: new ArrayBuffer(1_920) }],
    ["an unknown format", { ...valid, format: "u8" }],
    ["33 channels", { ...valid, numberOfChannels: 33 }],
    ["a rate of 1 Hz", { ...valid, sampleRate: 1 }],
    ["a rate of NaN", { ...valid, sampleRate: Number.NaN }],
    ["an infinite rate", { ...valid, sampleRate: Number.POSITIVE_INFINITY }],
    ["a rate of 1 MHz", { ...valid, sampleRate: 1_000_000 }],
    ["null", null],
  ])("rejects %s with ERR_LIVEKIT_INVALID_SAMPLE once, and takes the next sample", async (_, sample) => {
    const taken = takeAtOnce();
    const { feed, failures } = openFeed();
    await pushAndSettle(feed, valid);
    for (let index = 0; index < 3; index++) await pushAndSettle(feed, sample as AudioSample);
    await pushAndSettle(feed, valid);
    expect(failures).toMatchObject([{ code: "ERR_LIVEKIT_INVALID_SAMPLE" }]);
    expect(taken()).toEqual(new Int16Array(1_920).fill(1));
  });

  test("continues after the resampler fails", async () => {
    const taken = takeAtOnce();
    const { feed, failures } = openFeed();
    const push = vi.spyOn(AudioResampler.prototype, "push").mockImplementationOnce(() => {
      throw new Error("null pointer");
    });
    const close = vi.spyOn(AudioResampler.prototype, "close");
    await pushAndSettle(feed, tone({ sampleRate: 44_100, numberOfFrames: 4_410 }));
    expect(failures).toMatchObject([
      { code: "ERR_LIVEKIT_AUDIO_REJECTED", cause: { message: "null pointer" } },
    ]);
    expect(close).toHaveBeenCalledTimes(1);
    push.mockRestore();
    await pushAndSettle(feed, tone({ sampleRate: 44_100, numberOfFrames: 4_410 }));
    expect(taken().length / 2).toBeGreaterThan(3_000);
    close.mockRestore();
  });

  test("releases the source, the resampler and the timers on close while a piece is pending", async () => {
    const capture = spyOnCapture().mockImplementation(never);
    const close = vi.spyOn(AudioResampler.prototype, "close");
    const { feed, scheduler, failures, sources } = openFeed();
    const { source } = feed;
    feed.push(tone({ sampleRate: 44_100, numberOfFrames: 8_820 }));
    expect(capture).toHaveBeenCalledTimes(1);
    await feed.close();
    expect(scheduler.pending).toBe(0);
    expect(source.closed).toBe(true);
    expect(close).toHaveBeenCalledTimes(1);
    close.mockRestore();
    feed.push(constant(1));
    scheduler.advance(60_000);
    await settled();
    await feed.close();
    expect(capture).toHaveBeenCalledTimes(1);
    expect([failures, sources]).toEqual([[], []]);
  });

  test("hands nothing over after close, even if the library accepts the pending piece", async () => {
    const frames: AudioFrame[] = [];
    const { captureFrame } = AudioSource.prototype;
    spyOnCapture().mockImplementation(function (this: AudioSource, frame) {
      frames.push(frame);
      return captureFrame.call(this, frame);
    });
    const { feed, scheduler, failures } = openFeed();
    for (let index = 0; index < 40; index++) feed.push(constant(1));
    await expect.poll(() => feed.stats.frames).toBeGreaterThan(1_000);
    const { length } = frames;
    await feed.close();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(frames).toHaveLength(length);
    expect(scheduler.pending).toBe(0);
    expect(failures).toEqual([]);
  });

  test("closes while it waits to replace the source", async () => {
    spyOnCapture().mockRejectedValue(new Error("InvalidState"));
    const { feed, scheduler, sources } = openFeed();
    for (let index = 0; index < 2; index++) await pushAndSettle(feed, constant(1));
    expect(sources).toHaveLength(1);
    expect(scheduler.pending).toBe(1);
    await feed.close();
    scheduler.advance(60_000);
    expect(sources).toHaveLength(1);
  });

  test.runIf(process.platform === "linux")("leaves no descriptor of a source or a resampler", async () => {
    const round = async () => {
      const { feed } = openFeed();
      for (const sampleRate of [44_100, 16_000, 48_000, 96_000])
        feed.push(tone({ sampleRate, numberOfFrames: 4_800 }));
      await settled();
      await feed.close();
    };
    const descriptors = () => readdirSync("/proc/self/fd").length;
    await round();
    const before = descriptors();
    for (let index = 0; index < 30; index++) await round();
    await expect.poll(descriptors).toBeLessThan(before + 10);
  });
});
