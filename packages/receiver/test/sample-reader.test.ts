import { describe, expect, it } from "vitest";
import { connected } from "./fixtures/hand-uploader.ts";
import { videoFrame } from "./fixtures/samples.ts";

const demand = { video: {}, audio: {} };

describe("BroadcastReceiver.samples() with a type", () => {
  it("yields samples of one type and keeps the other type for another loop", async () => {
    const { receiver, peer, isProcessed } = await connected({ demand });
    peer.audio(1, 2);
    peer.frames(3);
    await isProcessed();
    expect((await receiver.samples({ type: "image" }).next()).value).toMatchObject({ timestamp: 3 });
    expect((await receiver.samples({ type: "audio" }).next()).value).toMatchObject({ timestamp: 1 });
    expect((await receiver.samples().next()).value).toMatchObject({ type: "audio", timestamp: 2 });
  });

  it("waits for a sample of its type, even if samples of the other type are waiting", async () => {
    const { receiver, peer, isProcessed } = await connected({ demand });
    const next = receiver.samples({ type: "image" }).next();
    peer.audio(1);
    await isProcessed();
    peer.frames(2);
    expect((await next).value).toMatchObject({ type: "image", timestamp: 2 });
    expect(receiver.stats().audio).toMatchObject({ pending: 1, consumed: 0 });
  });

  it("keeps the newest 500 ms of audio and drops older audio while only images are read", async () => {
    const { receiver, peer, isProcessed } = await connected({ demand });
    peer.audio(...Array.from({ length: 60 }, (_, index) => index));
    await isProcessed();
    peer.frames(1);
    await receiver.samples({ type: "image" }).next();
    expect(receiver.stats().audio).toMatchObject({ dropped: 10, pending: 50 });
  });

  it("allows a loop over images and a loop over audio at the same time", async () => {
    const { receiver, peer } = await connected({ demand });
    const image = receiver.samples({ type: "image" }).next();
    const audio = receiver.samples({ type: "audio" }).next();
    peer.frames(1);
    peer.audio(2);
    expect((await image).value).toMatchObject({ type: "image", timestamp: 1 });
    expect((await audio).value).toMatchObject({ type: "audio", timestamp: 2 });
  });

  it.each([
    ["image", "image"],
    ["audio", undefined],
    [undefined, "image"],
  ] as const)(
    "rejects next() with ERR_IPC_BUSY while another loop waits for the same samples: %s and %s",
    async (one, other) => {
      const { receiver, peer } = await connected({ demand });
      const first = receiver.samples({ type: one }).next();
      const second = receiver.samples({ type: other });
      await expect(second.next()).rejects.toMatchObject({ code: "ERR_IPC_BUSY" });
      if (one === "audio") peer.audio(1);
      else peer.frames(1);
      expect((await first).value).toMatchObject({ timestamp: 1 });
    },
  );

  it("neither consumes a video frame nor grants credit when it yields audio", async () => {
    const { receiver, peer, isProcessed } = await connected({ demand });
    peer.frames(1);
    await receiver.samples({ type: "image" }).next();
    await isProcessed();
    const credit = receiver.stats().credit;
    const next = receiver.samples({ type: "audio" }).next();
    peer.audio(1);
    await next;
    await isProcessed();
    expect(receiver.stats()).toMatchObject({ video: { consumed: 0, pending: 1 }, credit });
  });

  it("yields the waiting samples after the connection has closed, and then ends", async () => {
    const { receiver, peer } = await connected({ demand });
    peer.audio(1);
    await peer.frame(videoFrame(2));
    await peer.channel.close();
    await receiver.closed;
    for (const type of ["image", "audio"] as const) {
      const samples = receiver.samples({ type });
      expect((await samples.next()).value).toMatchObject({ type });
      expect(await samples.next()).toEqual({ done: true, value: undefined });
    }
  });

  it("throws a RangeError for an unknown type", async () => {
    const { receiver } = await connected();
    for (const type of ["video", "all", "toString", null]) {
      expect(() => receiver.samples({ type: type as never })).toThrow(RangeError);
    }
  });
});

describe("Sample", () => {
  it("keeps the data of an audio sample after its disposal", async () => {
    const { receiver, peer } = await connected({ demand });
    peer.audio(5);
    const { value } = await receiver.samples({ type: "audio" }).next();
    value[Symbol.dispose]();
    value[Symbol.dispose]();
    expect(value.data).toEqual(new Uint8Array(160).fill(5));
  });

  it("supports `for await (using …)` for audio and images", async () => {
    const { receiver, peer } = await connected({ demand });
    peer.audio(1);
    peer.frames(2);
    const seen: string[] = [];
    for await (using sample of receiver) {
      seen.push(sample.type);
      if (seen.length === 2) break;
    }
    expect(seen).toEqual(["audio", "image"]);
    expect(receiver.stats().video.consumed).toBe(1);
  });
});
