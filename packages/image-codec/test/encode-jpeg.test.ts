import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { BroadcastImageCodec, type ImageCodecOptions, type ImageSample, pixelFormats } from "../src/index.ts";
import { patches, worstColourError } from "./fixtures/patches.ts";

async function throughJpeg(sample: ImageSample, options: ImageCodecOptions = {}): Promise<ImageSample> {
  const codec = new BroadcastImageCodec({ encoding: "jpeg", ...options });
  const { metadata, data } = await codec.encode(sample);
  return codec.decode(data, metadata);
}

async function jpegSize(options: ImageCodecOptions): Promise<number> {
  const { data } = await new BroadcastImageCodec({ encoding: "jpeg", ...options }).encode(noise);
  return data.byteLength;
}

/** Every pixel unlike its neighbours. */
const noise: ImageSample = {
  ...patches("RGB"),
  data: patches("RGB").data.map((_, index) => (index * 2_654_435_761) >>> 24),
};

describe("JPEG", () => {
  for (const format of pixelFormats) {
    it(`keeps the colours of ${format}`, async () => {
      expect(worstColourError(await throughJpeg(patches(format)))).toBeLessThan(6);
    });

    it(`keeps the colours of ${format} in a padded layout`, async () => {
      for (const padding of [{ gap: 20 }, { gap: 3 }, { offset: 5 }, { offset: 4, gap: 1 }]) {
        expect(worstColourError(await throughJpeg(patches(format, padding)))).toBeLessThan(6);
      }
    });
  }

  it("ignores alpha, without blending", async () => {
    for (const format of ["RGBA", "BGRA", "RGBX", "BGRX"] as const) {
      expect(worstColourError(await throughJpeg(patches(format, { alpha: 0 })))).toBeLessThan(6);
    }
  });

  it("carries size, rotation and timestamp, and no format or layout", async () => {
    const codec = new BroadcastImageCodec({ encoding: "jpeg" });
    const { metadata } = await codec.encode({ ...patches("BGRA", { gap: 4 }), rotation: 90 });
    expect(metadata).toStrictEqual({
      encoding: "jpeg",
      codedWidth: 80,
      codedHeight: 32,
      rotation: 90,
      timestamp: 1,
    });
  });

  it("gives data in an ArrayBuffer of its own", async () => {
    const { data } = await new BroadcastImageCodec({ encoding: "jpeg" }).encode(patches("BGRA"));
    expect(data.constructor).toBe(Uint8Array);
    expect(data.byteLength).toBe(data.buffer.byteLength);
  });

  it("leaves the sample's data as it was", async () => {
    for (const format of pixelFormats) {
      const sample = patches(format);
      await throughJpeg(sample);
      expect(sample.data).toEqual(patches(format).data);
    }
  });

  it("grows with quality", async () => {
    expect(await jpegSize({ quality: 20 })).toBeLessThan(await jpegSize({}));
    expect(await jpegSize({})).toBeLessThan(await jpegSize({ quality: 100 }));
  });

  it("has the chroma subsampling asked for, at any quality", async () => {
    for (const chromaSubsampling of ["4:2:0", "4:4:4"] as const) {
      for (const quality of [50, 100]) {
        const codec = new BroadcastImageCodec({ encoding: "jpeg", chromaSubsampling, quality });
        const { data } = await codec.encode(noise);
        expect((await sharp(data).metadata()).chromaSubsampling).toBe(chromaSubsampling);
      }
    }
  });

  it("keeps overlapping encodes apart", async () => {
    const codec = new BroadcastImageCodec({ encoding: "jpeg" });
    const samples = Array.from({ length: 8 }, (_, index) => patches(index % 2 ? "BGRA" : "RGB"));
    const encoded = await Promise.all([...samples, noise].map((sample) => codec.encode(sample)));
    const decoded = await Promise.all(encoded.map(({ metadata, data }) => codec.decode(data, metadata)));
    for (const sample of decoded.slice(0, -1)) expect(worstColourError(sample)).toBeLessThan(6);
  });

  it("rejects when the picture is larger than a JPEG can be", async () => {
    const sample = {
      ...patches("RGB"),
      codedWidth: 65_535,
      codedHeight: 1,
      data: new Uint8Array(65_535 * 3),
    };
    await expect(throughJpeg(sample)).rejects.toMatchObject({
      name: "ImageCodecError",
      code: "ERR_IMAGE_ENCODE_FAILED",
      cause: expect.any(Error),
    });
  });
});
