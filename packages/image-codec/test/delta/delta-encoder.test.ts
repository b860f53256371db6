import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { DeltaEncoder } from "../../src/delta/delta-encoder.ts";
import {
  BroadcastImageCodec,
  type ImageCodecOptions,
  type ImageEncodeOptions,
  type ImageSample,
} from "../../src/index.ts";
import { resolveImageCodecOptions } from "../../src/options/image-codec-options.ts";
import { asDelta, type EncodedDelta } from "../fixtures/delta.ts";
import { patches } from "../fixtures/patches.ts";
import { Screen } from "../fixtures/screen.ts";

function encoder(options: ImageCodecOptions = {}) {
  const codec = new BroadcastImageCodec({ encoding: "delta", ...options });
  return async (sample: ImageSample, wanted?: ImageEncodeOptions): Promise<EncodedDelta> =>
    asDelta(await codec.encode(sample, wanted));
}

const all = { x: 0, y: 0, width: 320, height: 240 };
const wholeRegions = [{ ...all, bytes: expect.any(Number) }];

describe("DeltaEncoder", () => {
  it("encodes the first image as a key frame", async () => {
    const { metadata, data } = await encoder()({ ...new Screen().image(), rotation: 90 });
    expect(metadata).toStrictEqual({
      encoding: "delta",
      codedWidth: 320,
      codedHeight: 240,
      rotation: 90,
      timestamp: 0,
      delta: { number: expect.any(Number), coding: "jpeg", regions: [{ ...all, bytes: data.byteLength }] },
    });
    expect([...data.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
  });

  for (const deltaRegions of ["jpeg", "lossless"] as const) {
    it(`encodes an unchanged image in at most 200 bytes (${deltaRegions})`, async () => {
      const encode = encoder({ deltaRegions });
      const screen = new Screen({ format: "RGBA", width: 1920, height: 1080, gap: 8 });
      const first = await encode(screen.image());
      const timestamp = Number.MAX_SAFE_INTEGER;
      const { metadata, data } = await encode({ ...screen.image(), timestamp });
      expect(metadata.delta.regions).toEqual([]);
      expect(metadata.delta.base).toBe(first.metadata.delta.number);
      // Measures the metadata as JSON. As MessagePack, it is shorter.
      expect(JSON.stringify(metadata).length + data.byteLength).toBeLessThanOrEqual(200);
    });

    it(`encodes small changes as small regions (${deltaRegions})`, async () => {
      const encode = encoder({ deltaRegions });
      const screen = new Screen();
      const whole = await encode(screen.image());
      screen.type({ x: 100, y: 50, width: 8, height: 12 });
      screen.fill({ x: 300, y: 200, width: 4, height: 4 });
      const { metadata, data } = await encode(screen.image());
      expect(metadata.delta.regions).toMatchObject([
        { x: 288, y: 192, width: 16, height: 16 },
        { x: 96, y: 48, width: 16, height: 16 },
      ]);
      expect(data.byteLength).toBeLessThan(whole.data.byteLength / 10);
      expect(data.byteLength).toBe(data.buffer.byteLength);
    });
  }

  it("encodes a key frame if most of the image changed", async () => {
    const encode = encoder();
    const screen = new Screen();
    await encode(screen.image());
    screen.fill({ ...all, height: 130 });
    expect((await encode(screen.image())).metadata.delta.base).toBeDefined();
    screen.fill({ ...all, height: 160 });
    const { metadata } = await encode(screen.image());
    expect(metadata.delta).not.toHaveProperty("base");
    expect(metadata.delta.regions).toEqual(wholeRegions);
  });

  it("encodes a key frame if the regions would cover most of the image", async () => {
    const encode = encoder();
    const screen = new Screen();
    await encode(screen.image());
    for (let block = 0; block < 150; block++) {
      const y = Math.floor(block / 10) * 16;
      screen.fill({ x: (block % 10) * 32 + (y % 32), y, width: 1, height: 1 });
    }
    expect((await encode(screen.image())).metadata.delta).not.toHaveProperty("base");
  });

  it("compares an image with the previous one even if both share their memory", async () => {
    const encode = encoder();
    const screen = new Screen();
    const numbers: number[] = [];
    for (let x = 0; x < 160; x += 32) {
      screen.fill({ x, y: 0, width: 16, height: 16 });
      const { metadata } = await encode(screen.image());
      if (x > 0) expect(metadata.delta.regions).toMatchObject([{ x, y: 0, width: 16, height: 16 }]);
      if (x > 0) expect(metadata.delta.base).toBe(numbers.at(-1));
      numbers.push(metadata.delta.number);
    }
  });

  const wholeAgain: Record<string, (sample: ImageSample) => [ImageSample, ImageEncodeOptions?]> = {
    "a key frame is requested": (sample) => [sample, { keyFrame: true }],
    "the rotation changes": (sample) => [{ ...sample, rotation: 180 }],
    "the format changes": (sample) => [{ ...sample, format: "RGBX" }],
    "the size changes": (sample) => [{ ...sample, codedHeight: 239 }],
    "the size changes after scaling": (sample) => [sample, { maxWidth: 160 }],
  };
  for (const [title, next] of Object.entries(wholeAgain)) {
    it(`encodes a key frame if ${title}, then a delta based on it`, async () => {
      const encode = encoder();
      const sample = new Screen().image();
      await encode(sample);
      const key = await encode(...next(sample));
      expect(key.metadata.delta).not.toHaveProperty("base");
      const [again, { keyFrame, ...options } = {}] = next(sample);
      const { metadata } = await encode(again, options);
      expect(metadata.delta).toMatchObject({ base: key.metadata.delta.number, regions: [] });
    });
  }

  it("encodes a key frame if the previous result was raw or JPEG", async () => {
    const codec = new BroadcastImageCodec({ encoding: "delta" });
    const sample = new Screen().image();
    const { metadata, data } = await new BroadcastImageCodec({ encoding: "jpeg" }).encode(sample);
    const compressed = { type: "image", ...metadata, encoding: "jpeg", data } as const;
    for (const between of [
      () => codec.encode(sample, { encodings: ["raw"] }),
      () => codec.encode(compressed),
    ]) {
      await codec.encode(sample);
      expect(asDelta(await codec.encode(sample)).metadata.delta.base).toBeDefined();
      await between();
      expect(asDelta(await codec.encode(sample)).metadata.delta).not.toHaveProperty("base");
    }
  });

  it("encodes a key frame after an image that could not be encoded", async () => {
    const encode = encoder();
    const screen = new Screen({ width: 65_520, height: 1 });
    await expect(encode(screen.image())).rejects.toMatchObject({ code: "ERR_IMAGE_ENCODE_FAILED" });
    await expect(encode(screen.image())).rejects.toMatchObject({ code: "ERR_IMAGE_ENCODE_FAILED" });
    const { metadata } = await encode({ ...screen.image(), codedWidth: 100 });
    expect(metadata.delta).not.toHaveProperty("base");
  });

  it("encodes a key frame after an image that failed before it was copied", async () => {
    const encoder = new DeltaEncoder();
    const image = {
      metadata: { format: "RGB", codedWidth: 16, codedHeight: 16, timestamp: 0 },
      data: new Uint8Array(768),
    } as const;
    const options = { ...resolveImageCodecOptions({}), keyFrame: false };
    const failing = { ...options, engine: "missing" as never };
    await expect(encoder.encode(image, failing)).rejects.toThrow();
    await setImmediate();
    const first = await encoder.encode(image, options);
    expect(first.metadata.delta).not.toHaveProperty("base");
  });

  it("settles overlapping calls in order and bases each delta on the previous image", async () => {
    const encode = encoder({ deltaRegions: "lossless" });
    const screen = new Screen();
    const settled: number[] = [];
    const calls = [640, 16, 8, 640, 2].map(async (maxWidth, index) => {
      const sample = { ...screen.image(), data: screen.image().data.slice(), timestamp: index };
      screen.type({ ...all, height: 20 });
      const { metadata } = await encode(sample, index % 2 ? { maxWidth } : {});
      settled.push(metadata.timestamp);
      return metadata.delta;
    });
    const deltas = await Promise.all(calls);
    expect(settled).toEqual([0, 1, 2, 3, 4]);
    for (const [index, { number, base }] of deltas.entries()) {
      expect(number).toBe((deltas[0]?.number ?? 0) + index);
      if (base !== undefined) expect(base).toBe(number - 1);
    }
  });

  for (const format of ["I420", "NV12"] as const) {
    for (const deltaRegions of ["jpeg", "lossless"] as const) {
      it(`encodes a changed ${format} image as a key frame and an unchanged one as an empty delta (${deltaRegions})`, async () => {
        const encode = encoder({ deltaRegions });
        const sample = patches(format);
        await encode(sample);
        expect((await encode(sample)).metadata.delta).toMatchObject({
          base: expect.any(Number),
          regions: [],
        });
        const data = sample.data.slice();
        data[data.length - 1] = 77;
        expect((await encode({ ...sample, data })).metadata.delta).not.toHaveProperty("base");
      });
    }
  }

  it("rejects a delta that is passed as a sample with ERR_IMAGE_INVALID_SAMPLE", async () => {
    const codec = new BroadcastImageCodec({ encoding: "delta" });
    const { metadata, data } = await codec.encode(new Screen().image());
    const sample = { type: "image", ...metadata, data };
    await expect(codec.encode(sample as never)).rejects.toMatchObject({ code: "ERR_IMAGE_INVALID_SAMPLE" });
  });
});
