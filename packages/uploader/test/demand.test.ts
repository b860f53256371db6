import { once } from "node:events";
import { BroadcastImageCodec } from "@broadcast-ipc/image-codec";
import { describe, expect, it, vi } from "vitest";
import { connected } from "./fixtures/hand-receiver.ts";
import { imageSample } from "./fixtures/samples.ts";

describe("BroadcastUploader: demand for video", () => {
  it("emits the demand, sets the property demand, and encodes frames accordingly", async () => {
    const codec = new BroadcastImageCodec();
    const encode = vi.spyOn(codec, "encode");
    const { uploader, peer } = await connected({ codec });
    const demand = { maxWidth: 256, maxHeight: 256, encodings: ["jpeg"], quality: 50 };
    const emitted = once(uploader, "demand");
    peer.demand(demand);
    peer.credit(5);
    expect(await emitted).toEqual([{ video: demand, audio: null }]);
    expect(uploader.demand).toEqual({ video: demand, audio: null });
    expect(await uploader.upload(imageSample(1, { codedHeight: 256 }))).toBe("sent");
    expect(encode).toHaveBeenLastCalledWith(expect.anything(), { ...demand, keyFrame: true });
    const { header } = await peer.next();
    expect(header.metadata).toMatchObject({ encoding: "jpeg", codedWidth: 256, codedHeight: 128 });
    await uploader.upload(imageSample(2, { codedHeight: 256 }));
    expect(encode).toHaveBeenLastCalledWith(expect.anything(), { ...demand, keyFrame: false });
    peer.channel.send({ type: "refresh" });
    await peer.frames(2);
    expect(encode).toHaveBeenLastCalledWith(expect.anything(), { ...demand, keyFrame: true });
    expect(uploader.stats().encodeTime?.max).toBeGreaterThan(0);
  });

  it("encodes no frame while the demand for video is null", async () => {
    const { uploader, peer } = await connected();
    const emitted = once(uploader, "demand");
    peer.demand(null);
    peer.credit(5);
    await emitted;
    expect(await uploader.upload(imageSample(1))).toBe("unwanted");
    expect(uploader.stats().video).toMatchObject({ unwanted: 1, encoded: 0 });
    peer.demand({});
    expect(await peer.frames(1)).toEqual([[1, 1]]);
  });

  it("sends the newest frame at even intervals of maxFps", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    try {
      const { uploader, peer } = await connected();
      peer.demand({ maxFps: 5 });
      peer.credit(1000);
      const sentAt: number[] = [];
      let framesOut = 0;
      await once(uploader, "demand");
      const outcomes: Promise<unknown>[] = [];
      for (let frame = 0; frame < 114; frame++) {
        const outcome = uploader.upload(imageSample(frame));
        outcomes.push(outcome);
        await vi.advanceTimersByTimeAsync(1000 / 60);
        await new Promise((resolve) => setImmediate(resolve));
        const { encoded } = uploader.stats().video;
        if (encoded > framesOut) sentAt.push(frame);
        framesOut = encoded;
      }
      expect(sentAt).toHaveLength(10);
      const gaps = sentAt.slice(1).map((at, index) => at - (sentAt[index] as number));
      for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(11);
      for (const gap of gaps) expect(gap).toBeLessThanOrEqual(13);
      expect((await peer.frames(10)).map(([, timestamp]) => timestamp)).toEqual(sentAt);
    } finally {
      vi.useRealTimers();
    }
  });

  it('with `delivery: "all"`, settles a frame "sent" when it is consumed, and "replaced" if 64 others are pending', async () => {
    const { uploader, peer, failures, isProcessed } = await connected();
    peer.demand({ delivery: "all" });
    peer.credit(2);
    await once(uploader, "demand");
    const samples = Array.from({ length: 68 }, (_, index) => imageSample(index + 1));
    const outcomes = samples.map((sample) => uploader.upload(sample));
    expect(await peer.frames(2)).toEqual([
      [1, 1],
      [2, 2],
    ]);
    await isProcessed();
    const { captured, sent, replaced } = uploader.stats().video;
    expect([captured, sent]).toEqual([68, 0]);
    expect(replaced).toBeGreaterThan(1);
    peer.credit(100, 2);
    expect(await Promise.all(outcomes.slice(0, 2))).toEqual(["sent", "sent"]);
    const rest = await peer.frames(captured - replaced - 2);
    expect(rest.map(([, timestamp]) => timestamp)).toEqual(rest.map((_, index) => index + 3));
    peer.credit(100, 2 + rest.length);
    const all = await Promise.all(outcomes);
    expect(all.filter((outcome) => outcome === "replaced")).toHaveLength(replaced);
    expect(all.filter((outcome) => outcome === "sent")).toHaveLength(68 - replaced);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({ code: "ERR_UPLOAD_TOO_MANY_PENDING" });
  });
});
