import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import {
  BroadcastImageCodec,
  type EncodedImageSample,
  type ImageCodecError,
  type ImageEncoding,
  type ImageMetadata,
  type JpegEngineName,
  pixelFormats,
} from "../../src/index.ts";
import { claimingJpeg, claimingWebp, extendedWebp, peakGrowth, pngOf } from "../fixtures/hostile.ts";
import { patches, worstColourError } from "../fixtures/patches.ts";

const engines: JpegEngineName[] = ["sharp", "jpeg-turbo"];
const encodings: ImageEncoding[] = ["jpeg", "png", "webp"];
const megabytes = 1024 * 1024;
const undecodable = { name: "ImageCodecError", code: "ERR_IMAGE_UNDECODABLE" };
const mismatch = { name: "ImageCodecError", code: "ERR_IMAGE_SIZE_MISMATCH" };

const { data, codedWidth: width, codedHeight: height } = patches("RGB");
const image = sharp(data, { raw: { width, height, channels: 3 } });
const [jpeg, progressive, lossy, lossless] = await Promise.all([
  image.clone().jpeg({ chromaSubsampling: "4:4:4" }).toBuffer(),
  image.clone().jpeg({ progressive: true, chromaSubsampling: "4:4:4" }).toBuffer(),
  image.clone().webp().toBuffer(),
  image.clone().webp({ lossless: true }).toBuffer(),
]);

function sampleOf(encoding: ImageEncoding, codedWidth: number, codedHeight: number, data: Uint8Array) {
  return { type: "image", encoding, codedWidth, codedHeight, data, timestamp: 0 } as const;
}

/** Small data whose header claims more pixels than the data can hold. Most claims also exceed 16383 × 16383 pixels. */
const claims: readonly (readonly [title: string, EncodedImageSample])[] = [
  ...[65_535, 16_384, 16_383].flatMap((side) => [
    [`baseline JPEG, ${side}²`, sampleOf("jpeg", side, side, claimingJpeg(jpeg, side, side))] as const,
    [
      `progressive JPEG, ${side}²`,
      sampleOf("jpeg", side, side, claimingJpeg(progressive, side, side)),
    ] as const,
    [`PNG, ${side}²`, sampleOf("png", side, side, pngOf({ width: side, height: side }))] as const,
    [
      `interlaced PNG of 64 bits a pixel, ${side}²`,
      sampleOf(
        "png",
        side,
        side,
        pngOf({ width: side, height: side, depth: 16, colourType: 6, isInterlaced: true }),
      ),
    ] as const,
    [`extended WebP, ${side}²`, sampleOf("webp", side, side, extendedWebp(lossy, side, side))] as const,
  ]),
  ["lossy WebP, 16383²", sampleOf("webp", 16_383, 16_383, claimingWebp(lossy, 16_383, 16_383))],
  ["lossless WebP, 16384²", sampleOf("webp", 16_384, 16_384, claimingWebp(lossless, 16_384, 16_384))],
  ["lossless WebP, 16383²", sampleOf("webp", 16_383, 16_383, claimingWebp(lossless, 16_383, 16_383))],
];

describe.each(engines)("BroadcastImageCodec (JPEG engine %s)", (engine) => {
  const codec = new BroadcastImageCodec({ engine });

  it.each(claims)(
    "decode() rejects small data that claims a huge image, before allocating memory (%s)",
    async (_, sample) => {
      const { encoding, codedWidth, codedHeight, data } = sample;
      const metadata = { encoding, codedWidth, codedHeight, timestamp: 0 };
      const given: number[] = [];
      const allocate = (byteLength: number) => {
        given.push(byteLength);
        return new Uint8Array(byteLength);
      };
      const buffers = process.memoryUsage().arrayBuffers;
      const growth = await peakGrowth(async () => {
        for (const format of ["RGBA", "RGB", "I420"] as const) {
          const decoded = codec.decode(data, metadata, { format, allocate });
          const error = await decoded.catch((error: unknown) => error);
          expect(error).toMatchObject(undecodable);
          // An engine's error would be the `cause`. Without a `cause`, no engine was called.
          expect((error as ImageCodecError).cause).toBeUndefined();
          const small = codec.decode(
            data,
            { ...metadata, codedWidth: 80, codedHeight: 32 },
            { format, allocate },
          );
          await expect(small).rejects.toMatchObject(mismatch);
        }
      });
      expect(given).toEqual([]);
      expect(process.memoryUsage().arrayBuffers - buffers).toBeLessThan(megabytes);
      expect(growth).toBeLessThan(64 * megabytes);
      expect(worstColourError(await codec.decode(jpeg, sampleOf("jpeg", 80, 32, jpeg)))).toBeLessThan(6);
    },
  );

  it.each(claims)(
    "encode() rejects small data that claims a huge image, with and without pass-through (%s)",
    async (_, sample) => {
      const growth = await peakGrowth(async () => {
        for (const options of [{}, { maxWidth: 40 }, { encodings: ["raw"] }]) {
          await expect(codec.encode(sample, options)).rejects.toMatchObject(undecodable);
          const small = { ...sample, codedWidth: 80, codedHeight: 32 };
          await expect(codec.encode(small, options)).rejects.toMatchObject(mismatch);
        }
      });
      expect(growth).toBeLessThan(64 * megabytes);
      const good = sampleOf("jpeg", 80, 32, jpeg);
      expect((await codec.encode(good)).data).toBe(jpeg);
    },
  );

  it("decode() rejects a huge image claimed by a delta or by one of its regions", async () => {
    for (const side of [65_535, 16_383]) {
      const growth = await peakGrowth(async () => {
        const whole = { x: 0, y: 0, width: side, height: side };
        const size = { encoding: "delta", codedWidth: side, codedHeight: side, timestamp: 0 } as const;
        for (const [coding, bytes, fields] of [
          ["jpeg", claimingJpeg(jpeg, side, side), {}],
          ["deflate", Buffer.from("no stream at all"), { format: "BGRA" }],
        ] as const) {
          const delta = { number: 1, coding, regions: [{ ...whole, bytes: bytes.length }] };
          const decoded = codec.decode(bytes, { ...size, ...fields, delta });
          await expect(decoded).rejects.toMatchObject(coding === "jpeg" ? undecodable : mismatch);
          const based = codec.decode(bytes, { ...size, ...fields, delta: { ...delta, base: 0 } });
          await expect(based).rejects.toMatchObject({ code: "ERR_IMAGE_MISSING_BASE" });
        }
      });
      expect(growth).toBeLessThan(64 * megabytes);
    }
  });
});

describe("BroadcastImageCodec.encode", () => {
  it.each(["raw", ...encodings, "delta"] as const)(
    "rejects raw data that is too short for its huge size, then encodes the next image (%s)",
    async (encoding) => {
      const codec = new BroadcastImageCodec({ encoding });
      const growth = await peakGrowth(async () => {
        for (const format of pixelFormats) {
          const good = patches(format);
          for (const options of [{}, { maxWidth: 40 }]) {
            const huge = { ...good, codedWidth: 65_535, codedHeight: 65_535 };
            await expect(codec.encode(huge, options)).rejects.toMatchObject({
              code: "ERR_IMAGE_DATA_TOO_SHORT",
            });
            const { metadata, data } = await codec.encode(good, options);
            expect((await codec.decode(data, metadata)).codedWidth).toBe(options.maxWidth ?? 80);
          }
        }
      });
      expect(growth).toBeLessThan(64 * megabytes);
    },
  );
});

describe("BroadcastImageCodec.decode", () => {
  it("decodes large images of one colour, whose data has few bytes for each pixel", async () => {
    const codec = new BroadcastImageCodec();
    const flat = { create: { width: 4096, height: 2160, channels: 3, background: "black" } } as const;
    for (const encoding of encodings) {
      const data = await sharp(flat)[encoding]({ lossless: true, optimiseCoding: true }).toBuffer();
      const decoded = await codec.decode(data, sampleOf(encoding, 4096, 2160, data), { format: "RGB" });
      expect(decoded.data.every((byte) => byte === 0)).toBe(true);
    }
    // The smallest PNG of this size: one bit per pixel, deflated.
    const rows = Buffer.alloc((1 + 8192 / 8) * 4096);
    const bits = pngOf({ width: 8192, height: 4096, depth: 1, colourType: 0, rows });
    const decoded = await codec.decode(bits, sampleOf("png", 8192, 4096, bits), { format: "RGB" });
    expect(decoded.data.byteLength).toBe(8192 * 4096 * 3);
  });
});

describe("DeltaDecoder", () => {
  it("rejects a region that inflates to more bytes than its pixels need, without inflating all of them", async () => {
    const codec = new BroadcastImageCodec();
    const encoder = new BroadcastImageCodec({ encoding: "delta", deltaRegions: "lossless" });
    const good = await encoder.encode(patches("RGB"));
    const bomb = deflateSync(Buffer.alloc(300 * megabytes));
    const region = { x: 0, y: 0, width: 80, height: 32, bytes: bomb.length };
    const delta = { number: 1, coding: "deflate", regions: [region] } as const;
    const growth = await peakGrowth(async () => {
      await expect(codec.decode(bomb, { ...good.metadata, delta } as ImageMetadata)).rejects.toMatchObject(
        undecodable,
      );
    });
    expect(growth).toBeLessThan(64 * megabytes);
    expect(worstColourError(await codec.decode(good.data, good.metadata))).toBe(0);
  });
});
