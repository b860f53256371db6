import turbo from "@julusian/jpeg-turbo";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import {
  BroadcastImageCodec,
  type ImageCodecOptions,
  type ImageSample,
  type JpegEngineName,
  pixelFormats,
} from "../../src/index.ts";
import type { JpegOptions } from "../../src/options/image-codec-options.ts";
import { patches, worstColourError } from "../fixtures/patches.ts";

const engines: JpegEngineName[] = ["sharp", "jpeg-turbo"];

/** Noise: each pixel differs from its neighbours. */
const noise: ImageSample = {
  ...patches("RGB"),
  data: patches("RGB").data.map((_, index) => (index * 2_654_435_761) >>> 24),
};

/** Smooth colours with edges. The size is not a multiple of a JPEG block. */
const scene: ImageSample = (() => {
  const [codedWidth, codedHeight] = [150, 90];
  const data = new Uint8Array(codedWidth * codedHeight * 3);
  for (let pixel = 0; pixel < codedWidth * codedHeight; pixel++) {
    const [x, y] = [pixel % codedWidth, Math.floor(pixel / codedWidth)];
    const ink = x % 13 < 2 || y % 17 < 2 ? 0 : 255;
    data.set([Math.min(ink, x + y), (y * 255) / codedHeight, 255 - x], pixel * 3);
  }
  return { type: "image", format: "RGB", codedWidth, codedHeight, data, timestamp: 0 };
})();

/** Calls the engines directly, as their manuals show. */
const plainJpeg: Record<JpegEngineName, (sample: ImageSample, options: JpegOptions) => Promise<Uint8Array>> =
  {
    sharp: ({ data, codedWidth: width, codedHeight: height }, options) =>
      sharp(data, { raw: { width, height, channels: 3 } })
        .jpeg(options)
        .toBuffer(),
    "jpeg-turbo": ({ data, codedWidth: width, codedHeight: height }, { quality, chromaSubsampling }) =>
      turbo.compress(Buffer.from(data), {
        width,
        height,
        quality,
        format: turbo.FORMAT_RGB,
        subsampling: chromaSubsampling === "4:4:4" ? turbo.SAMP_444 : turbo.SAMP_420,
      }),
  };

/** Peak signal-to-noise ratio in dB. */
async function peakSignalToNoise(sample: ImageSample, jpeg: Uint8Array): Promise<number> {
  const decoded = await sharp(jpeg).raw().toBuffer();
  const squares = sample.data.reduce((sum, value, index) => sum + (value - (decoded[index] ?? 0)) ** 2, 0);
  return 10 * Math.log10((255 ** 2 * sample.data.length) / squares);
}

describe.each(engines)("encodeJpeg (engine %s)", (engine) => {
  async function throughJpeg(sample: ImageSample, options: ImageCodecOptions = {}): Promise<ImageSample> {
    const codec = new BroadcastImageCodec({ encoding: "jpeg", engine, ...options });
    const { metadata, data } = await codec.encode(sample);
    return codec.decode(data, metadata);
  }

  async function jpegSize(options: ImageCodecOptions): Promise<number> {
    const { data } = await new BroadcastImageCodec({ encoding: "jpeg", engine, ...options }).encode(noise);
    return data.byteLength;
  }

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

  it("encodes a padded image whose data ends at the last pixel", async () => {
    for (const format of pixelFormats) {
      const sample = patches(format, { offset: 4, gap: 20 });
      const whole = { ...sample, data: sample.data.subarray(0, -20) };
      expect(worstColourError(await throughJpeg(whole))).toBeLessThan(6);
    }
  });

  it("ignores alpha without blending", async () => {
    for (const format of ["RGBA", "BGRA", "RGBX", "BGRX"] as const) {
      expect(worstColourError(await throughJpeg(patches(format, { alpha: 0 })))).toBeLessThan(6);
    }
  });

  it("returns metadata with size, rotation and timestamp, without format and layout", async () => {
    const codec = new BroadcastImageCodec({ encoding: "jpeg", engine });
    const { metadata } = await codec.encode({ ...patches("BGRA", { gap: 4 }), rotation: 90 });
    expect(metadata).toStrictEqual({
      encoding: "jpeg",
      codedWidth: 80,
      codedHeight: 32,
      rotation: 90,
      timestamp: 1,
    });
  });

  it("returns data in its own ArrayBuffer", async () => {
    const { data } = await new BroadcastImageCodec({ encoding: "jpeg", engine }).encode(patches("BGRA"));
    expect(data.constructor).toBe(Uint8Array);
    expect(data.byteLength).toBe(data.buffer.byteLength);
  });

  it("does not change the data of the sample", async () => {
    for (const format of pixelFormats) {
      const sample = patches(format);
      await throughJpeg(sample);
      expect(sample.data).toEqual(patches(format).data);
    }
  });

  it("produces more bytes at a higher quality", async () => {
    expect(await jpegSize({ quality: 20 })).toBeLessThan(await jpegSize({}));
    expect(await jpegSize({})).toBeLessThan(await jpegSize({ quality: 100 }));
  });

  it("uses the chosen chroma subsampling at any quality", async () => {
    for (const chromaSubsampling of ["4:2:0", "4:4:4"] as const) {
      for (const quality of [50, 100]) {
        const codec = new BroadcastImageCodec({ encoding: "jpeg", engine, chromaSubsampling, quality });
        const { data } = await codec.encode(noise);
        expect((await sharp(data).metadata()).chromaSubsampling).toBe(chromaSubsampling);
      }
    }
  });

  it("encodes overlapping calls independently", async () => {
    const codec = new BroadcastImageCodec({ encoding: "jpeg", engine });
    const samples = Array.from({ length: 8 }, (_, index) => patches(index % 2 ? "BGRA" : "RGB"));
    const encoded = await Promise.all([...samples, noise].map((sample) => codec.encode(sample)));
    const decoded = await Promise.all(encoded.map(({ metadata, data }) => codec.decode(data, metadata)));
    for (const sample of decoded.slice(0, -1)) expect(worstColourError(sample)).toBeLessThan(6);
  });

  it("rejects an image that is too large for JPEG with ERR_IMAGE_ENCODE_FAILED", async () => {
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

  it("uses the quality option of the call instead of the codec's", async () => {
    const codec = new BroadcastImageCodec({ encoding: "jpeg", engine, quality: 75 });
    const { data } = await codec.encode(noise, { quality: 20 });
    expect(data.byteLength).toBe(await jpegSize({ quality: 20 }));
  });

  it("encodes at most 0.1 dB worse than a direct call of the engine", async () => {
    for (const quality of [30, 75, 95]) {
      for (const chromaSubsampling of ["4:2:0", "4:4:4"] as const) {
        const options = { quality, chromaSubsampling };
        const codec = new BroadcastImageCodec({ encoding: "jpeg", engine, ...options });
        const { data } = await codec.encode(scene);
        const plainly = await plainJpeg[engine](scene, options);
        expect(await peakSignalToNoise(scene, data)).toBeGreaterThanOrEqual(
          (await peakSignalToNoise(scene, plainly)) - 0.1,
        );
      }
    }
  });

  it("decodes JPEGs that either engine encoded", async () => {
    for (const other of engines) {
      const { metadata, data } = await new BroadcastImageCodec({ encoding: "jpeg", engine: other }).encode(
        patches("BGRA"),
      );
      const decoded = await new BroadcastImageCodec({ engine }).decode(data, metadata, { format: "BGRX" });
      expect(worstColourError(decoded)).toBeLessThan(6);
      expect(decoded.data[3]).toBe(255);
    }
  });
});
