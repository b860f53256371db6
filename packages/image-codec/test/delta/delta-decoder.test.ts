import { describe, expect, it } from "vitest";
import { BroadcastImageCodec, type DeltaDescription, type ImageCodecOptions } from "../../src/index.ts";
import { asDelta, type EncodedDelta } from "../fixtures/delta.ts";
import { patches, worstColourError } from "../fixtures/patches.ts";
import { Screen } from "../fixtures/screen.ts";

/** Encodes a key frame, two deltas with two changed regions each, and a delta without changes. */
async function fourImages(options: ImageCodecOptions = { deltaRegions: "lossless" }): Promise<FourImages> {
  const codec = new BroadcastImageCodec({ encoding: "delta", ...options });
  const screen = new Screen();
  const sources: Uint8Array[] = [];
  const next = async (): Promise<EncodedDelta> => {
    const sample = screen.image();
    sources.push(sample.data.slice());
    return asDelta(await codec.encode(sample));
  };
  const change = async (): Promise<EncodedDelta> => {
    screen.fill({ x: 16, y: 16, width: 16, height: 16 });
    screen.fill({ x: 256, y: 160, width: 32, height: 16 });
    return next();
  };
  return { images: [await next(), await change(), await change(), await next()], sources };
}

interface FourImages {
  readonly images: readonly [EncodedDelta, EncodedDelta, EncodedDelta, EncodedDelta];
  readonly sources: readonly Uint8Array[];
}

function changed({ metadata, data }: EncodedDelta, delta: Partial<DeltaDescription>): EncodedDelta {
  return { metadata: { ...metadata, delta: { ...metadata.delta, ...delta } }, data };
}

const missingBase = { name: "ImageCodecError", code: "ERR_IMAGE_MISSING_BASE" };

describe("DeltaDecoder", () => {
  it("decodes deltas to complete images, with the changed regions as damage", async () => {
    const { images, sources } = await fourImages();
    const codec = new BroadcastImageCodec();
    const damages: unknown[] = [];
    for (const [index, { metadata, data }] of images.entries()) {
      const { damage, data: pixels, ...image } = await codec.decode(data, metadata);
      damages.push(damage);
      expect(Buffer.compare(pixels, sources[index] as Uint8Array)).toBe(0);
      expect(image).toStrictEqual({
        type: "image",
        format: "BGRA",
        codedWidth: 320,
        codedHeight: 240,
        timestamp: index,
      });
    }
    const places = [
      { x: 256, y: 160, width: 32, height: 16 },
      { x: 16, y: 16, width: 16, height: 16 },
    ];
    expect(damages).toEqual([undefined, places, places, []]);
  });

  it("returns memory that the caller may overwrite, also for a delta without changes", async () => {
    const { images, sources } = await fourImages();
    const codec = new BroadcastImageCodec();
    for (const [index, { metadata, data }] of images.entries()) {
      const image = await codec.decode(data, metadata);
      expect(Buffer.compare(image.data, sources[index] as Uint8Array)).toBe(0);
      expect(image.data.byteLength).toBe(image.data.buffer.byteLength);
      image.data.fill(0);
    }
  });

  it("applies the deltas of overlapping calls in order", async () => {
    const { images, sources } = await fourImages();
    const codec = new BroadcastImageCodec();
    const decoded = await Promise.all(images.map(({ metadata, data }) => codec.decode(data, metadata)));
    for (const [index, { data }] of decoded.entries()) {
      expect(Buffer.compare(data, sources[index] as Uint8Array)).toBe(0);
    }
  });

  it("decodes each delta of a stream to another format", async () => {
    for (const deltaRegions of ["jpeg", "lossless"] as const) {
      for (const first of ["I420", "RGB", "BGRX"] as const) {
        const encoder = new BroadcastImageCodec({ encoding: "delta", deltaRegions });
        const decoder = new BroadcastImageCodec();
        for (const format of [first, "RGBA", "BGRA", "NV12", undefined] as const) {
          const { metadata, data } = await encoder.encode(patches("RGBX"));
          const image = await decoder.decode(data, metadata, { format });
          if (format) expect(image.format).toBe(format);
          expect(worstColourError(image)).toBeLessThan(8);
        }
      }
    }
  });

  it("keeps the colour space of lossless deltas", async () => {
    const encoder = new BroadcastImageCodec({ encoding: "delta", deltaRegions: "lossless" });
    const decoder = new BroadcastImageCodec();
    const sample = { ...patches("I420"), colorSpace: { matrix: "bt709", fullRange: false } } as const;
    for (let image = 0; image < 2; image++) {
      const { metadata, data } = await encoder.encode(sample);
      const { damage, ...decoded } = await decoder.decode(data, metadata);
      expect(decoded).toStrictEqual(sample);
    }
  });

  it("rejects a delta with ERR_IMAGE_MISSING_BASE if its base is not the last decoded image", async () => {
    const { images } = await fourImages();
    const [whole, first, second, still] = images;
    const codec = new BroadcastImageCodec();
    const decode = ({ metadata, data }: EncodedDelta) => codec.decode(data, metadata);
    await expect(decode(first)).rejects.toMatchObject(missingBase);
    await expect(decode(still)).rejects.toMatchObject(missingBase);
    await decode(whole);
    await expect(decode(second)).rejects.toMatchObject(missingBase);
    await expect(decode(first)).rejects.toMatchObject(missingBase);
    await decode(whole);
    await decode(first);
    await decode(second);
  });

  it("rejects a delta whose base is from another stream or has another size or format", async () => {
    const { images } = await fourImages();
    const [whole, first] = images;
    const other = await fourImages();
    const { metadata, data } = first;
    for (const next of [
      other.images[1],
      { metadata: { ...metadata, codedWidth: 336 }, data },
      { metadata: { ...metadata, format: "RGBA" as const }, data },
    ]) {
      const codec = new BroadcastImageCodec();
      await codec.decode(whole.data, whole.metadata);
      await expect(codec.decode(next.data, next.metadata)).rejects.toMatchObject(missingBase);
    }
  });

  for (const deltaRegions of ["jpeg", "lossless"] as const) {
    it(`requires a key frame after a delta with a broken region (${deltaRegions})`, async () => {
      const { images } = await fourImages({ deltaRegions });
      const [whole, first, second] = images;
      const codec = new BroadcastImageCodec();
      await codec.decode(whole.data, whole.metadata);
      const broken = first.data.slice();
      broken.fill(0, first.metadata.delta.regions[0]?.bytes);
      await expect(codec.decode(broken, first.metadata)).rejects.toMatchObject({
        code: "ERR_IMAGE_UNDECODABLE",
      });
      await expect(codec.decode(first.data, first.metadata)).rejects.toMatchObject(missingBase);
      await expect(codec.decode(second.data, second.metadata)).rejects.toMatchObject(missingBase);
      await codec.decode(whole.data, whole.metadata);
      await codec.decode(first.data, first.metadata);
    });

    it(`rejects a region whose data decodes to another size (${deltaRegions})`, async () => {
      const { images } = await fourImages({ deltaRegions });
      const [whole, first] = images;
      for (const width of [15, 17, 40]) {
        const codec = new BroadcastImageCodec();
        await codec.decode(whole.data, whole.metadata);
        const [region, ...others] = first.metadata.delta.regions;
        const wrong = changed(first, { regions: [{ ...region, width } as never, ...others] });
        await expect(codec.decode(wrong.data, wrong.metadata)).rejects.toMatchObject({
          code: expect.stringMatching(/^ERR_IMAGE_(SIZE_MISMATCH|UNDECODABLE)$/),
        });
      }
    });
  }

  it("rejects data that is shorter or longer than the regions of the delta", async () => {
    const { images } = await fourImages();
    for (const { metadata, data } of images.slice(0, 3)) {
      const codec = new BroadcastImageCodec();
      const longer = Buffer.concat([data, Buffer.alloc(1)]);
      for (const shorter of [data.subarray(1), new Uint8Array(), undefined]) {
        await expect(codec.decode(shorter, metadata)).rejects.toMatchObject({
          code: "ERR_IMAGE_DATA_TOO_SHORT",
        });
      }
      await expect(codec.decode(longer, metadata)).rejects.toMatchObject({ code: "ERR_IMAGE_SIZE_MISMATCH" });
    }
  });

  it("rejects a region with more pixels than its data can hold", async () => {
    const [whole] = (await fourImages()).images;
    const [region] = whole.metadata.delta.regions;
    const size = { codedWidth: 65_535, codedHeight: 65_535 };
    const regions = [{ ...region, width: 65_535, height: 65_535 } as never];
    const { metadata, data } = changed({ ...whole, metadata: { ...whole.metadata, ...size } }, { regions });
    await expect(new BroadcastImageCodec().decode(data, metadata)).rejects.toMatchObject({
      code: "ERR_IMAGE_SIZE_MISMATCH",
    });
  });
});
