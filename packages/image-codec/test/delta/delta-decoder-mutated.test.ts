import { describe, expect, it } from "vitest";
import { Random } from "../../../../tests/support/random.ts";
import {
  BroadcastImageCodec,
  bytesPerPixel,
  type DeltaImageMetadata,
  ImageCodecError,
  type ImageCodecOptions,
} from "../../src/index.ts";
import { wholeAndNext } from "../fixtures/delta.ts";
import { mutated } from "../fixtures/mutate.ts";

/** The share of the cases below that this run tries; see vitest.config.ts. */
const share = Number(process.env.FUZZ_SHARE ?? 1);

const values: readonly unknown[] = [
  ...[0, 1, -1, 0.5, 15, 17, 63, 64, 65, 255, 65_535, 65_536, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER],
  ...[Number.NaN, Number.POSITIVE_INFINITY, null, undefined, "16", 16n, true, [], {}],
  ...["jpeg", "deflate", "delta", "BGRA", "RGB", "I420"],
];

/** Returns a copy with one or two fields changed, at any depth. */
function mutatedMetadata(metadata: DeltaImageMetadata, random: Random): DeltaImageMetadata {
  const copy = structuredClone(metadata) as unknown as Record<string, unknown>;
  for (let faults = 1 + random.below(2); faults > 0; faults--) {
    const delta = copy.delta as { regions?: unknown[] } | undefined;
    const regions = Array.isArray(delta?.regions) ? delta.regions : [];
    const holder = random.of([copy, delta, ...regions, ...regions, regions]);
    if (typeof holder !== "object" || holder === null) continue;
    const field = random.of([...Object.keys(holder), "format"]);
    const value = (holder as Record<string, unknown>)[field];
    const nudged = typeof value === "number" ? value + random.of([-16, -1, 1, 16]) : value;
    Object.assign(holder, { [field]: random.below(2) ? nudged : random.of([...values, ...regions]) });
    if (random.below(20) === 0) regions.push(...Array(random.of([1, 5, 255])).fill(regions[0]));
  }
  return copy as unknown as DeltaImageMetadata;
}

const codes = /^ERR_IMAGE_(INVALID_METADATA|DATA_TOO_SHORT|SIZE_MISMATCH|MISSING_BASE|UNDECODABLE)$/;

describe("DeltaDecoder", () => {
  it.each<[count: number, options: ImageCodecOptions]>([
    [5_000 * share, { deltaRegions: "lossless" }],
    [4_000 * share, { deltaRegions: "jpeg", engine: "jpeg-turbo" }],
    [1_000 * share, { deltaRegions: "jpeg", engine: "sharp" }],
  ])(
    "decodes mutated deltas to the size in the metadata or rejects them, then decodes a valid one (%i deltas, %j)",
    async (count, options) => {
      const { whole, next } = await wholeAndNext(options);
      const codec = new BroadcastImageCodec(options);
      await codec.decode(whole.data, whole.metadata);
      const expected = await codec.decode(next.data, next.metadata);
      const decoded = { true: 0, false: 0 };
      for (let seed = 0; seed < count; seed++) {
        const random = new Random(seed);
        const kind = random.below(3);
        const { metadata, data } = random.below(10) ? next : whole;
        const sent = kind > 0 ? mutatedMetadata(metadata, random) : metadata;
        const bytes = kind < 2 ? mutated(data, whole.data, random) : data;
        // Most mutated data is padded or cut to the original length, because data of another length is rejected early.
        const fitted = random.below(4)
          ? Buffer.concat([bytes, data.subarray(bytes.length)], data.length)
          : bytes;
        const based = codec.decode(whole.data, whole.metadata);
        const settled = await Promise.allSettled([based, codec.decode(fitted, sent)]);
        expect(settled[0].status, `seed ${seed}`).toBe("fulfilled");
        decoded[`${settled[1].status === "fulfilled"}`]++;
        if (settled[1].status === "rejected") {
          const { reason } = settled[1];
          if (!(reason instanceof ImageCodecError)) throw new Error(`seed ${seed}`, { cause: reason });
          expect(reason.code, `seed ${seed}`).toMatch(codes);
        } else {
          const image = settled[1].value;
          expect(image.codedWidth, `seed ${seed}`).toBe(sent.codedWidth);
          expect(image.codedHeight, `seed ${seed}`).toBe(sent.codedHeight);
          expect(image.data.length, `seed ${seed}`).toBe(
            sent.codedWidth * sent.codedHeight * bytesPerPixel[image.format],
          );
        }
      }
      expect(Math.min(decoded.true, decoded.false)).toBeGreaterThan(count / 20);
      await codec.decode(whole.data, whole.metadata);
      expect(Buffer.compare((await codec.decode(next.data, next.metadata)).data, expected.data)).toBe(0);
    },
  );
});
