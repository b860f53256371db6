import fc from "fast-check";
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import {
  BroadcastImageCodec,
  bytesPerPixel,
  type EncodedImageMetadata,
  ImageCodecError,
  type ImageEncoding,
  type JpegEngineName,
  pixelFormats,
} from "../../src/index.ts";
import { patches, rgbFormats, worstColourError } from "../fixtures/patches.ts";

const engines: JpegEngineName[] = ["sharp", "jpeg-turbo"];
const encodings: ImageEncoding[] = ["jpeg", "png", "webp"];
const image = (alpha = 255): Sharp => {
  const { data, codedWidth, codedHeight } = patches("RGBA", { alpha });
  return sharp(data, { raw: { width: codedWidth, height: codedHeight, channels: 4 } });
};
const metadata = (encoding: ImageEncoding): EncodedImageMetadata => ({
  encoding,
  codedWidth: 80,
  codedHeight: 32,
  timestamp: 1,
});

let images: Record<ImageEncoding, Buffer>;
beforeAll(async () => {
  const [jpeg, png, webp] = await Promise.all([
    image().jpeg({ quality: 90 }).toBuffer(),
    image().png().toBuffer(),
    image().webp({ lossless: true }).toBuffer(),
  ]);
  images = { jpeg, png, webp };
});

describe.each(engines)("decodeImage (JPEG engine %s)", (engine) => {
  const codec = new BroadcastImageCodec({ engine });

  for (const encoding of encodings) {
    it(`decodes ${encoding} to RGBA by default and to any requested format`, async () => {
      for (const format of [undefined, ...pixelFormats]) {
        const decoded = await codec.decode(images[encoding], metadata(encoding), { format });
        expect(decoded).toMatchObject({
          type: "image",
          format: format ?? "RGBA",
          codedWidth: 80,
          timestamp: 1,
        });
        expect(decoded).not.toHaveProperty("encoding");
        expect(decoded.data.constructor).toBe(Uint8Array);
        expect(decoded.data.byteOffset).toBe(0);
        expect(decoded.data.buffer.byteLength).toBe(80 * 32 * bytesPerPixel[format ?? "RGBA"]);
        expect(worstColourError(decoded)).toBeLessThan(6);
      }
    });

    it(`rejects ${encoding} whose size differs from the metadata with ERR_IMAGE_SIZE_MISMATCH`, async () => {
      for (const size of [{ codedWidth: 79 }, { codedHeight: 33 }, { codedWidth: 32, codedHeight: 80 }]) {
        await expect(
          codec.decode(images[encoding], { ...metadata(encoding), ...size }),
        ).rejects.toMatchObject({ name: "ImageCodecError", code: "ERR_IMAGE_SIZE_MISMATCH" });
      }
    });

    it(`rejects truncated ${encoding} with ERR_IMAGE_UNDECODABLE`, async () => {
      const whole = images[encoding];
      // The last 12 bytes of a PNG are its IEND chunk, which decoders do not need.
      const needed = encoding === "png" ? whole.length - 12 : whole.length;
      for (const length of [1, 3, 12, 20, needed >> 2, needed >> 1, needed - 2, needed - 1]) {
        await expect(codec.decode(whole.subarray(0, length), metadata(encoding))).rejects.toMatchObject({
          code: "ERR_IMAGE_UNDECODABLE",
        });
      }
    });

    it(`rejects data that is not ${encoding} with ERR_IMAGE_UNDECODABLE`, async () => {
      const others = encodings.filter((other) => other !== encoding).map((other) => images[other]);
      const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="80" height="32"/>');
      for (const data of [...others, svg, Buffer.alloc(1000), Buffer.from("junk")]) {
        await expect(codec.decode(data, metadata(encoding))).rejects.toMatchObject({
          code: "ERR_IMAGE_UNDECODABLE",
        });
      }
    });

    it(`rejects missing ${encoding} data with ERR_IMAGE_DATA_TOO_SHORT`, async () => {
      for (const data of [undefined, new Uint8Array()]) {
        await expect(codec.decode(data, metadata(encoding))).rejects.toMatchObject({
          code: "ERR_IMAGE_DATA_TOO_SHORT",
        });
      }
    });
  }

  it("keeps the alpha of a PNG", async () => {
    const png = await image(64).png().toBuffer();
    for (const format of ["RGBA", "BGRA"] as const) {
      const { data } = await codec.decode(png, metadata("png"), { format });
      expect(data).toEqual(patches(format, { alpha: 64 }).data);
    }
  });

  it("drops alpha without blending if RGB is requested", async () => {
    const png = await image(64).png().toBuffer();
    expect((await codec.decode(png, metadata("png"), { format: "RGB" })).data).toEqual(patches("RGB").data);
  });

  it("decodes grey, 16-bit, CMYK and progressive images", async () => {
    const grey = { width: 80, height: 32, channels: 1 } as const;
    const greyscale = () => sharp(Buffer.alloc(80 * 32, 96), { raw: grey }).toColourspace("b-w");
    const variants: [ImageEncoding, Buffer][] = [
      ["jpeg", await greyscale().jpeg().toBuffer()],
      ["png", await greyscale().png().toBuffer()],
      ["png", await greyscale().toColourspace("grey16").png().toBuffer()],
      ["png", await image().greyscale().toColourspace("rgb16").png().toBuffer()],
      ["jpeg", await image().toColourspace("cmyk").jpeg().toBuffer()],
      ["jpeg", await image().jpeg({ progressive: true }).toBuffer()],
    ];
    for (const [encoding, data] of variants) {
      for (const format of rgbFormats) {
        const decoded = await codec.decode(data, metadata(encoding), { format });
        expect(decoded.data.byteLength).toBe(80 * 32 * bytesPerPixel[format]);
        // The last patch is grey (96) in every variant.
        const last = decoded.data.subarray(-bytesPerPixel[format]);
        for (const value of last.subarray(0, 3)) expect(Math.abs(value - 96)).toBeLessThan(16);
      }
    }
  });

  it("ignores EXIF orientation", async () => {
    const data = await image().withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(worstColourError(await codec.decode(data, metadata("jpeg")))).toBeLessThan(12);
  });

  it("keeps the rotation and timestamp of the metadata", async () => {
    const sent = { ...metadata("jpeg"), rotation: 270 as const, timestamp: 99 };
    expect(await codec.decode(images.jpeg, sent)).toMatchObject({ rotation: 270, timestamp: 99 });
  });
});

describe.each(engines)("BroadcastImageCodec.decode (JPEG engine %s)", (engine) => {
  const codec = new BroadcastImageCodec({ engine });

  const settles = async (data: Uint8Array | undefined, sent: unknown, options: unknown): Promise<void> => {
    try {
      await codec.decode(data, sent as EncodedImageMetadata, options as object);
    } catch (error) {
      expect(error).toBeInstanceOf(ImageCodecError);
    }
  };
  const side = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(65_535), fc.anything());
  const count = fc.oneof(fc.nat({ max: 64 }), fc.maxSafeInteger(), fc.anything());
  const anyMetadata = fc.record(
    {
      format: fc.oneof(fc.constantFrom(...pixelFormats), fc.anything()),
      encoding: fc.oneof(fc.constantFrom(...encodings), fc.anything()),
      codedWidth: side,
      codedHeight: side,
      layout: fc.oneof(
        fc.array(fc.record({ offset: count, stride: count }), { maxLength: 2 }),
        fc.anything(),
      ),
      rotation: fc.constantFrom(0, 90, 45, undefined),
      timestamp: fc.nat(),
    },
    { requiredKeys: ["codedWidth", "codedHeight", "timestamp"] },
  );
  const anyOptions = fc.constantFrom(undefined, {}, ...pixelFormats.map((format) => ({ format })));
  const anyBytes = fc.option(fc.uint8Array({ maxLength: 400 }), { nil: undefined });

  it("decodes arbitrary input or rejects it with an ImageCodecError", async () => {
    await fc.assert(fc.asyncProperty(anyBytes, fc.oneof(anyMetadata, fc.anything()), anyOptions, settles), {
      numRuns: 2_000,
    });
  });

  it("decodes damaged images or rejects them with an ImageCodecError", async () => {
    const damage = fc.array(fc.tuple(fc.nat({ max: 600 }), fc.nat({ max: 255 })), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...encodings),
        damage,
        anyOptions,
        async (encoding, changes, options) => {
          const data = Uint8Array.from(images[encoding]);
          for (const [index, value] of changes) data[index % data.length] = value;
          await settles(data, metadata(encoding), options);
        },
      ),
      { numRuns: 500 },
    );
  });
});
