import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { Random } from "../../../../tests/support/random.ts";
import {
  BroadcastImageCodec,
  type EncodedImageMetadata,
  ImageCodecError,
  type ImageEncoding,
  type JpegEngineName,
  readJpegHeader,
} from "../../src/index.ts";
import { mutated } from "../fixtures/mutate.ts";
import { patches, worstColourError } from "../fixtures/patches.ts";

/** The share of the cases below that this run tries; see vitest.config.ts. */
const share = Number(process.env.FUZZ_SHARE ?? 1);

const engines: JpegEngineName[] = ["sharp", "jpeg-turbo"];
const { data, codedWidth, codedHeight } = patches("RGB");
const image = () => sharp(data, { raw: { width: codedWidth, height: codedHeight, channels: 3 } });

const images: Readonly<Record<ImageEncoding, readonly Buffer[]>> = {
  jpeg: [
    await image().jpeg({ quality: 90 }).toBuffer(),
    await image().jpeg({ quality: 30, chromaSubsampling: "4:4:4" }).toBuffer(),
    await image().jpeg({ progressive: true }).toBuffer(),
    await image().greyscale().toColourspace("b-w").jpeg().toBuffer(),
  ],
  png: [await image().png().toBuffer(), await image().png({ palette: true, progressive: true }).toBuffer()],
  webp: [await image().webp().toBuffer(), await image().webp({ lossless: true }).toBuffer()],
};

/**
 * JPEGs whose colour conversion takes a hundred times as long as their decoding. One in a hundred mutated JPEGs is made
 * from these.
 */
const slowJpegs: readonly Buffer[] = [
  await image().toColourspace("cmyk").jpeg().toBuffer(),
  await image()
    .withExif({ IFD0: { Copyright: "all" } })
    .withIccProfile("srgb")
    .jpeg()
    .toBuffer(),
];

/** Decodes mutated images, checks each result or error, and returns the number of decoded images. */
async function decodeMutated(
  codec: BroadcastImageCodec,
  encoding: ImageEncoding,
  count: number,
): Promise<number> {
  const one = async (seed: number): Promise<number> => {
    const random = new Random(seed);
    const isSlow = encoding === "jpeg" && random.below(100) === 0;
    const whole = random.of(isSlow ? slowJpegs : images[encoding]);
    const data = mutated(whole, random.of(images[encoding]), random);
    // For half of the JPEGs, the metadata has the size in the mutated header.
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

describe.each(engines)("decodeImage (JPEG engine %s)", (engine) => {
  it.each([
    ["jpeg", 10_000 * share],
    ["png", 2_000 * share],
    ["webp", 2_000 * share],
  ] as const)(
    "decodes mutated images to the size in the metadata or rejects them with an ImageCodecError (%s, %i images)",
    async (encoding, count) => {
      const codec = new BroadcastImageCodec({ engine });
      const decoded = await decodeMutated(codec, encoding, count);
      // If none decoded or none failed, the mutations would not test the decoder.
      expect(decoded).toBeGreaterThan(count / 50);
      expect(decoded).toBeLessThan(count / 2);
      const [good] = images[encoding];
      const image = await codec.decode(good, { encoding, codedWidth, codedHeight, timestamp: 0 });
      expect(worstColourError(image)).toBeLessThan(12);
    },
  );
});
