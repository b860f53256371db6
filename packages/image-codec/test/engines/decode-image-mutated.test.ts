import sharp from "sharp";
import { describe, expect, it } from "vitest";
import {
  BroadcastImageCodec,
  type EncodedImageMetadata,
  ImageCodecError,
  type ImageEncoding,
  type JpegEngineName,
  readJpegHeader,
} from "../../src/index.ts";
import { mutated, Random } from "../fixtures/mutate.ts";
import { patches, worstColourError } from "../fixtures/patches.ts";

const engines: JpegEngineName[] = ["sharp", "jpeg-turbo"];
const { data, codedWidth, codedHeight } = patches("RGB");
const picture = () => sharp(data, { raw: { width: codedWidth, height: codedHeight, channels: 3 } });

const pictures: Readonly<Record<ImageEncoding, readonly Buffer[]>> = {
  jpeg: [
    await picture().jpeg({ quality: 90 }).toBuffer(),
    await picture().jpeg({ quality: 30, chromaSubsampling: "4:4:4" }).toBuffer(),
    await picture().jpeg({ progressive: true }).toBuffer(),
    await picture().greyscale().toColourspace("b-w").jpeg().toBuffer(),
  ],
  png: [
    await picture().png().toBuffer(),
    await picture().png({ palette: true, progressive: true }).toBuffer(),
  ],
  webp: [await picture().webp().toBuffer(), await picture().webp({ lossless: true }).toBuffer()],
};

/** JPEGs whose colours take a hundred times as long as their pixels; one in a hundred is of these. */
const slowJpegs: readonly Buffer[] = [
  await picture().toColourspace("cmyk").jpeg().toBuffer(),
  await picture()
    .withExif({ IFD0: { Copyright: "all" } })
    .withIccProfile("srgb")
    .jpeg()
    .toBuffer(),
];

/** How many of so many mutated pictures decoded; whatever became of the others was checked. */
async function decodeMutated(
  codec: BroadcastImageCodec,
  encoding: ImageEncoding,
  count: number,
): Promise<number> {
  const one = async (seed: number): Promise<number> => {
    const random = new Random(seed);
    const isSlow = encoding === "jpeg" && random.below(100) === 0;
    const whole = random.of(isSlow ? slowJpegs : pictures[encoding]);
    const data = mutated(whole, random.of(pictures[encoding]), random);
    // As often as not the metadata says what the picture itself says.
    const own = encoding === "jpeg" && random.below(2) ? readJpegHeader(data) : undefined;
    const size = { codedWidth: own?.width ?? codedWidth, codedHeight: own?.height ?? codedHeight };
    const metadata: EncodedImageMetadata = { encoding, ...size, timestamp: seed };
    try {
      const decoded = await codec.decode(data, metadata);
      expect(decoded, `seed ${seed}`).toMatchObject({ ...size, format: "RGBA", timestamp: seed });
      expect(decoded.data.byteLength, `seed ${seed}`).toBe(size.codedWidth * size.codedHeight * 4);
      return 1;
    } catch (error) {
      if (!(error instanceof ImageCodecError)) throw new Error(`seed ${seed}`, { cause: error });
      expect(error.code, `seed ${seed}`).toMatch(
        /^ERR_IMAGE_(UNDECODABLE|SIZE_MISMATCH|DATA_TOO_SHORT|INVALID_METADATA)$/,
      );
      return 0;
    }
  };
  let decoded = 0;
  for (let seed = 0; seed < count; seed += 50) {
    const batch = Array.from({ length: 50 }, (_, index) => one(seed + index));
    decoded += (await Promise.all(batch)).reduce((sum, each) => sum + each, 0);
  }
  return decoded;
}

describe.each(engines)("mutated pictures, JPEG by %s,", (engine) => {
  it.each([
    ["jpeg", 10_000],
    ["png", 2_000],
    ["webp", 2_000],
  ] as const)(
    "are decoded in the size that was announced or rejected by a code (%s, %i)",
    async (encoding, count) => {
      const codec = new BroadcastImageCodec({ engine });
      const decoded = await decodeMutated(codec, encoding, count);
      // Neither all nor none: the faults have to reach the decoder, and more than its first bytes.
      expect(decoded).toBeGreaterThan(count / 50);
      expect(decoded).toBeLessThan(count / 2);
      const [good] = pictures[encoding];
      const picture = await codec.decode(good, { encoding, codedWidth, codedHeight, timestamp: 0 });
      expect(worstColourError(picture)).toBeLessThan(12);
    },
  );
});
