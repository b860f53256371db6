import { once } from "node:events";
import { describe, expect, it } from "vitest";
import type { UploadOutcome } from "../src/index.ts";
import { connected } from "./fixtures/hand-receiver.ts";
import { imageSample, SpyCodec } from "./fixtures/samples.ts";

const sent = async (upload: Promise<UploadOutcome>) => expect(await upload).toBe("sent");

describe("VideoSender", () => {
  it("encodes no frame before both a demand and credit arrive", async () => {
    const codec = new SpyCodec();
    const { uploader, peer, isProcessed } = await connected({ codec });
    uploader.upload(imageSample(1));
    await isProcessed();
    peer.credit(1);
    await isProcessed();
    peer.demand(null, {});
    await isProcessed();
    uploader.upload(imageSample(2));
    await isProcessed();
    expect(codec.encoded).toEqual([]);
    peer.demand({});
    expect(await peer.frames(1)).toEqual([[1, 2]]);
    uploader.upload(imageSample(3));
    await isProcessed();
    expect(codec.encoded).toEqual([2]);
  });

  it("delivers metadata and data unchanged", async () => {
    const { uploader, peer } = await connected();
    peer.demand({});
    peer.credit(1);
    const { data, ...rest } = imageSample(7);
    uploader.upload({ ...rest, rotation: 90, data });
    const { header, payload } = await peer.next();
    expect(header).toEqual({
      type: "image",
      sequence: 1,
      metadata: { format: "RGB", codedWidth: 512, codedHeight: 2, rotation: 90, timestamp: 7 },
    });
    expect(payload).toEqual(data);
  });

  it("sends only the newest frame when credit arrives", async () => {
    const codec = new SpyCodec();
    const { uploader, peer } = await connected({ codec });
    peer.demand({});
    peer.credit(1);
    await sent(uploader.upload(imageSample(1)));
    expect(await peer.frames(1)).toEqual([[1, 1]]);

    const outcomes: Promise<UploadOutcome>[] = [];
    for (let timestamp = 2; timestamp <= 50; timestamp++)
      outcomes.push(uploader.upload(imageSample(timestamp)));
    peer.credit(2);
    expect(await peer.frames(1)).toEqual([[2, 50]]);
    expect(await Promise.all(outcomes)).toEqual([...Array(48).fill("replaced"), "sent"]);
    expect(codec.encoded).toEqual([1, 50]);
    expect(uploader.stats().video).toMatchObject({ captured: 50, sent: 2, replaced: 48, pending: 0 });
  });

  it("delivers the last captured frame when captures and credit interleave", async () => {
    const { uploader, peer } = await connected();
    peer.demand({});
    let newest = 0;
    for (let through = 1; through <= 40; through++) {
      peer.credit(through);
      for (let more = 0; more <= through % 4; more++) uploader.upload(imageSample(++newest));
      const [[sequence, timestamp] = []] = await peer.frames(1);
      expect(sequence).toBe(through);
      expect(timestamp).toBeLessThanOrEqual(newest);
    }
    const last = uploader.upload(imageSample(++newest));
    peer.credit(41);
    expect(await peer.frames(1)).toEqual([[41, newest]]);
    await sent(last);
  });

  it("encodes and sends one frame at a time", async () => {
    const codec = new SpyCodec({ hasGate: true });
    const { uploader, peer, isProcessed } = await connected({ codec });
    peer.demand({});
    peer.credit(10);
    await isProcessed();
    uploader.upload(imageSample(1));
    uploader.upload(imageSample(2));
    await isProcessed();
    uploader.upload(imageSample(3));
    expect(codec.encoded).toEqual([1]);
    const arrival = codec.arrival();
    codec.letThrough();
    expect(await peer.frames(1)).toEqual([[1, 1]]);
    await arrival;
    expect(codec.encoded).toEqual([1, 3]);
    codec.letThrough();
    expect(await peer.frames(1)).toEqual([[2, 3]]);
  });

  it('settles frames "unwanted" while no video is wanted, and sends the newest frame when video is wanted again', async () => {
    const { uploader, peer, isProcessed } = await connected();
    const first = uploader.upload(imageSample(1));
    peer.demand(null);
    expect(await first).toBe("unwanted");
    expect(await uploader.upload(imageSample(2))).toBe("unwanted");
    peer.credit(5);
    peer.demand({});
    expect(await peer.frames(1)).toEqual([[1, 2]]);
    await isProcessed();
    expect(uploader.stats().video).toMatchObject({ captured: 2, unwanted: 2, sent: 0 });
  });

  it("sends a frame a second time only after a refresh", async () => {
    const { uploader, peer } = await connected();
    peer.demand({});
    peer.credit(5);
    await sent(uploader.upload(imageSample(1)));
    peer.demand({});
    peer.channel.send({ type: "refresh" });
    expect(await peer.frames(2)).toEqual([
      [1, 1],
      [2, 1],
    ]);
    uploader.upload(imageSample(2));
    expect(await peer.frames(1)).toEqual([[3, 2]]);
  });

  it("counts the bytes of a frame when the frame is sent", async () => {
    const { uploader, peer } = await connected();
    peer.demand({});
    peer.credit(1);
    await sent(uploader.upload(imageSample(1)));
    expect(uploader.stats().bytes).toBe(512 * 2 * 3);
  });
});

describe("VideoSender with invalid samples", () => {
  const junk: [string, unknown][] = [
    ["null", null],
    ["undefined", undefined],
    ["a number", 5],
    ["a string", "image"],
    ["a function", () => {}],
    ["an empty object", {}],
    ["a list", []],
    ["an image without fields", { type: "image" }],
    ["an unknown format", { ...imageSample(1), format: "YUV" }],
    ["a width of 0", { ...imageSample(1), codedWidth: 0 }],
    ["a timestamp that is a string", { ...imageSample(1), timestamp: "now" }],
    ["a timestamp that is not an integer", { ...imageSample(1), timestamp: 0.5 }],
    ["a timestamp below 0", { ...imageSample(1), timestamp: -1 }],
    ["data of the wrong type", { ...imageSample(1), data: "pixels" }],
    ["data that is too short", { ...imageSample(1), data: new Uint8Array(5) }],
    ["an encoded image without data", { ...imageSample(1), encoding: "jpeg", data: new Uint8Array() }],
    [
      "an object whose getters throw",
      new Proxy(
        {},
        {
          get() {
            throw new Error("asked");
          },
        },
      ),
    ],
  ];

  it.each(junk)('settles an invalid sample "failed" and sends the next frame: %s', async (_, sample) => {
    const { uploader, peer, failures } = await connected();
    peer.demand({});
    peer.credit(1);
    await once(uploader, "demand");
    expect(await uploader.upload(sample as never)).toBe("failed");
    await sent(uploader.upload(imageSample(2)));
    expect(await peer.frames(1)).toEqual([[1, 2]]);
    expect(failures[0]).toMatchObject({
      name: "ImageCodecError",
      code: expect.stringMatching(/^ERR_IMAGE_/),
    });
    expect(uploader.stats().video).toMatchObject({ captured: 2, failed: 1, sent: 1, pending: 0 });
  });

  it("does not replace the waiting frame with an invalid sample", async () => {
    const { uploader, peer } = await connected();
    const good = uploader.upload(imageSample(1));
    for (const [, sample] of junk) {
      expect(await uploader.upload(sample as never)).toBe("failed");
    }
    peer.demand({});
    peer.credit(1);
    expect(await peer.frames(1)).toEqual([[1, 1]]);
    await sent(good);
  });

  it("disposes an invalid sample", async () => {
    const { uploader } = await connected();
    const bad = { ...imageSample(1), codedWidth: -1 };
    await uploader.upload(bad);
    expect(bad.disposals).toBe(1);
  });

  it("sends the newest frame after the codec has failed", async () => {
    const codec = new SpyCodec({ hasGate: true });
    const { uploader, peer, failures } = await connected({ codec });
    peer.demand({});
    peer.credit(1);
    await once(uploader, "demand");
    const arrival = codec.arrival();
    const first = uploader.upload(imageSample(1));
    await arrival;
    const second = uploader.upload(imageSample(2));
    const reason = new Error("encoding failed");
    codec.fail(reason);
    expect(await first).toBe("failed");
    expect(codec.encoded).toEqual([1, 2]);
    codec.letThrough();
    await sent(second);
    expect(await peer.frames(1)).toEqual([[1, 2]]);
    expect(failures).toEqual([reason]);
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("thrown");
      },
    ],
    ["returns nothing", () => undefined],
    ["returns no data", async () => ({ metadata: {} })],
    [
      "returns metadata that MessagePack cannot encode",
      async () => ({ metadata: { size: 2n ** 80n }, data: new Uint8Array(1) }),
    ],
    ["returns data that is not a Uint8Array", async () => ({ metadata: {}, data: { byteLength: 5 } })],
  ])('settles a frame "failed" if the codec %s, and sends the next frame', async (_, encode) => {
    const real = new SpyCodec();
    const codec = { encode: encode as never };
    const { uploader, peer, failures } = await connected({ codec: codec as never });
    peer.demand({});
    peer.credit(1);
    await once(uploader, "demand");
    expect(await uploader.upload(imageSample(1))).toBe("failed");
    codec.encode = real.encode.bind(real) as never;
    await sent(uploader.upload(imageSample(2)));
    expect(await peer.frames(1)).toEqual([[1, 2]]);
    expect(failures).toHaveLength(1);
  });

  it('settles a frame over the peer\'s maxPayloadBytes "failed", and reuses its sequence number for the next frame', async () => {
    const { uploader, peer, failures } = await connected({ peer: { maxPayloadBytes: 10_000 } });
    peer.demand({});
    peer.credit(1);
    await once(uploader, "demand");
    expect(await uploader.upload(imageSample(1, { codedHeight: 20 }))).toBe("failed");
    await sent(uploader.upload(imageSample(2)));
    expect(await peer.frames(1)).toEqual([[1, 2]]);
    expect(failures).toMatchObject([{ code: "ERR_IPC_MESSAGE_TOO_LARGE" }]);
  });
});

describe("VideoSender: disposal of samples", () => {
  it("disposes a replaced frame at once, a sent frame at the next upload, and the newest frame on close()", async () => {
    const { uploader, peer } = await connected();
    const [replaced, first, last] = [imageSample(1), imageSample(2), imageSample(3)];
    uploader.upload(replaced);
    uploader.upload(first);
    expect(replaced.disposals).toBe(1);
    peer.demand({});
    peer.credit(2);
    expect(await peer.frames(1)).toEqual([[1, 2]]);
    expect(first.disposals).toBe(0);
    await sent(uploader.upload(last));
    expect(first.disposals).toBe(1);
    expect(last.disposals).toBe(0);
    await uploader.close();
    expect([replaced, first, last].map(({ disposals }) => disposals)).toEqual([1, 1, 1]);
  });

  it("does not dispose a sample while the sample is being encoded, even after close()", async () => {
    const codec = new SpyCodec({ hasGate: true });
    const { uploader, peer } = await connected({ codec });
    peer.demand({});
    peer.credit(5);
    await once(uploader, "demand");
    const [first, second] = [imageSample(1), imageSample(2)];
    const arrival = codec.arrival();
    const outcome = uploader.upload(first);
    await arrival;
    uploader.upload(second);
    expect(first.disposals).toBe(0);
    await uploader.close();
    expect(await outcome).toBe("closed");
    expect(second.disposals).toBe(1);
    expect(first.disposals).toBe(0);
    codec.letThrough();
    await first.disposed;
    expect(uploader.stats().video).toMatchObject({ captured: 2, closed: 2 });
  });

  it("disposes unwanted samples, and samples that are uploaded after close()", async () => {
    const { uploader, peer } = await connected();
    peer.demand(null);
    await once(uploader, "demand");
    const [first, second, third] = [imageSample(1), imageSample(2), imageSample(3)];
    uploader.upload(first);
    uploader.upload(second);
    expect([first.disposals, second.disposals]).toEqual([1, 0]);
    await uploader.close();
    expect(await uploader.upload(third)).toBe("closed");
    expect([first, second, third].map(({ disposals }) => disposals)).toEqual([1, 1, 1]);
  });

  it("emits a failure if [Symbol.dispose] throws, and sends the next frame", async () => {
    const { uploader, peer, failures } = await connected();
    const reason = new Error("stuck");
    const stuck = {
      ...imageSample(1),
      [Symbol.dispose]: () => {
        throw reason;
      },
    };
    uploader.upload(stuck);
    const next = uploader.upload(imageSample(2));
    peer.demand({});
    peer.credit(1);
    await sent(next);
    expect(failures).toEqual([reason]);
  });

  it("accepts upload() calls from [Symbol.dispose]", async () => {
    const { uploader, peer } = await connected();
    const outcomes: Promise<UploadOutcome>[] = [];
    const ring = (timestamp: number) => ({
      ...imageSample(timestamp),
      [Symbol.dispose]: () => {
        if (timestamp < 10) outcomes.push(uploader.upload(ring(timestamp + 2)));
      },
    });
    outcomes.push(uploader.upload(ring(1)), uploader.upload(ring(2)));
    peer.demand({});
    peer.credit(1);
    await peer.frames(1);
    await uploader.close();
    const { captured, pending } = uploader.stats().video;
    expect(pending).toBe(0);
    expect((await Promise.all(outcomes)).length).toBe(captured);
  });
});
