import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { BroadcastImageCodec, type ImageEncoding, type JpegEngineName } from "../../src/index.ts";
import { patches, worstColourError } from "../fixtures/patches.ts";

const engines: JpegEngineName[] = ["sharp", "jpeg-turbo"];
const { data, codedWidth, codedHeight } = patches("RGB");
const image = () => sharp(data, { raw: { width: codedWidth, height: codedHeight, channels: 3 } });

const images: readonly (readonly [title: string, ImageEncoding, Buffer])[] = [
  ["a baseline JPEG", "jpeg", await image().jpeg({ quality: 90 }).toBuffer()],
  ["a 4:4:4 JPEG", "jpeg", await image().jpeg({ quality: 90, chromaSubsampling: "4:4:4" }).toBuffer()],
  ["a progressive JPEG", "jpeg", await image().jpeg({ quality: 90, progressive: true }).toBuffer()],
  ["a grey JPEG", "jpeg", await image().greyscale().toColourspace("b-w").jpeg().toBuffer()],
  ["a CMYK JPEG", "jpeg", await image().toColourspace("cmyk").jpeg().toBuffer()],
  ["a PNG", "png", await image().png({ compressionLevel: 0 }).toBuffer()],
  ["a lossy WebP", "webp", await image().webp({ quality: 90 }).toBuffer()],
  ["a lossless WebP", "webp", await image().webp({ lossless: true }).toBuffer()],
];

describe.each(engines)("decodeImage (JPEG engine %s)", (engine) => {
  const codec = new BroadcastImageCodec({ engine });

  it.each(images)(
    "rejects %s truncated at any percent of its length, and decodes the complete image",
    async (_, encoding, whole) => {
      const metadata = { encoding, codedWidth, codedHeight, timestamp: 0 };
      for (let percent = 0; percent < 100; percent++) {
        const part = whole.subarray(0, Math.floor((whole.length * percent) / 100));
        await expect(codec.decode(part, metadata), `at ${percent} %`).rejects.toMatchObject({
          name: "ImageCodecError",
          code: part.length === 0 ? "ERR_IMAGE_DATA_TOO_SHORT" : "ERR_IMAGE_UNDECODABLE",
        });
      }
      expect(await codec.decode(whole, metadata)).toMatchObject({ codedWidth, codedHeight });
    },
  );

  it("rejects a delta truncated at any percent of its length, and decodes the complete delta", async () => {
    for (const deltaRegions of ["jpeg", "lossless"] as const) {
      const encoder = new BroadcastImageCodec({ encoding: "delta", deltaRegions, engine });
      const { metadata, data } = await encoder.encode(patches("RGB"));
      for (let percent = 0; percent < 100; percent++) {
        const part = data.subarray(0, Math.floor((data.length * percent) / 100));
        await expect(codec.decode(part, metadata), `at ${percent} %`).rejects.toMatchObject({
          code: "ERR_IMAGE_DATA_TOO_SHORT",
        });
      }
      expect(worstColourError(await codec.decode(data, metadata))).toBeLessThan(6);
    }
  });
});
