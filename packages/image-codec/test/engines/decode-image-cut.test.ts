import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { BroadcastImageCodec, type ImageEncoding, type JpegEngineName } from "../../src/index.ts";
import { patches, worstColourError } from "../fixtures/patches.ts";

const engines: JpegEngineName[] = ["sharp", "jpeg-turbo"];
const { data, codedWidth, codedHeight } = patches("RGB");
const picture = () => sharp(data, { raw: { width: codedWidth, height: codedHeight, channels: 3 } });

const pictures: readonly (readonly [title: string, ImageEncoding, Buffer])[] = [
  ["a baseline JPEG", "jpeg", await picture().jpeg({ quality: 90 }).toBuffer()],
  ["a JPEG of 4:4:4", "jpeg", await picture().jpeg({ quality: 90, chromaSubsampling: "4:4:4" }).toBuffer()],
  ["a progressive JPEG", "jpeg", await picture().jpeg({ quality: 90, progressive: true }).toBuffer()],
  ["a grey JPEG", "jpeg", await picture().greyscale().toColourspace("b-w").jpeg().toBuffer()],
  ["a JPEG for print", "jpeg", await picture().toColourspace("cmyk").jpeg().toBuffer()],
  ["a PNG", "png", await picture().png({ compressionLevel: 0 }).toBuffer()],
  ["a lossy WebP", "webp", await picture().webp({ quality: 90 }).toBuffer()],
  ["a lossless WebP", "webp", await picture().webp({ lossless: true }).toBuffer()],
];

describe.each(engines)("cut at every 1 % of its length, JPEG by %s,", (engine) => {
  const codec = new BroadcastImageCodec({ engine });

  it.each(pictures)("%s is rejected each time, and decodes again whole", async (_, encoding, whole) => {
    const metadata = { encoding, codedWidth, codedHeight, timestamp: 0 };
    for (let percent = 0; percent < 100; percent++) {
      const part = whole.subarray(0, Math.floor((whole.length * percent) / 100));
      await expect(codec.decode(part, metadata), `at ${percent} %`).rejects.toMatchObject({
        name: "ImageCodecError",
        code: part.length === 0 ? "ERR_IMAGE_DATA_TOO_SHORT" : "ERR_IMAGE_UNDECODABLE",
      });
    }
    expect(await codec.decode(whole, metadata)).toMatchObject({ codedWidth, codedHeight });
  });

  it("a delta is rejected each time, and decodes again whole", async () => {
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
