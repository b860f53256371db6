import { describe, expect, it } from "vitest";
import {
  BroadcastImageCodec,
  type EncodedImage,
  type EncodedImageSample,
  type ImageEncodeOptions,
  type ImageEncoding,
  pixelFormats,
} from "../../src/index.ts";
import { isYuvFormat } from "../../src/sample/pixel-format.ts";
import { patches, worstColourError } from "../fixtures/patches.ts";

const codec = new BroadcastImageCodec();

async function compressed(encoding: ImageEncoding): Promise<EncodedImageSample> {
  const { data } = await new BroadcastImageCodec({ encoding, quality: 95 }).encode(patches("RGB"));
  return { type: "image", encoding, codedWidth: 80, codedHeight: 32, data, timestamp: 1 };
}

async function colourError({ metadata, data }: EncodedImage): Promise<number> {
  return worstColourError(await codec.decode(data, metadata));
}

describe("BroadcastImageCodec.encode (raw images)", () => {
  for (const format of pixelFormats) {
    it(`scales down ${format} with and without padding`, async () => {
      for (const padding of [{}, { offset: 4, gap: 4 }, { offset: 3, gap: 1 }]) {
        const sample = { ...patches(format, padding), rotation: 90 as const };
        const scaled = await codec.encode(sample, { maxWidth: 40 });
        expect(scaled.metadata).toStrictEqual({
          format: isYuvFormat(format) ? "RGB" : format,
          codedWidth: 40,
          codedHeight: 16,
          rotation: 90,
          timestamp: 1,
        });
        expect(await colourError(scaled)).toBeLessThanOrEqual(2);
        expect(scaled.data.byteLength).toBe(scaled.data.buffer.byteLength);
      }
    });
  }

  it("ignores the X byte of RGBX and BGRX in a scaled image", async () => {
    for (const format of ["RGBX", "BGRX"] as const) {
      const scaled = await codec.encode(patches(format, { alpha: 0 }), { maxHeight: 16 });
      expect(await colourError(scaled)).toBe(0);
    }
  });

  it("keeps the alpha of a scaled image", async () => {
    const { data } = await codec.encode(patches("BGRA", { alpha: 64 }), { maxHeight: 16 });
    expect(data.subarray(0, 4)).toEqual(Uint8Array.of(0, 0, 255, 64));
  });

  it("compresses the scaled image in the codec's encoding", async () => {
    for (const encoding of ["jpeg", "png", "webp"] as const) {
      const scaled = await new BroadcastImageCodec({ encoding, quality: 95 }).encode(patches("BGRA"), {
        maxWidth: 40,
      });
      expect(scaled.metadata).toStrictEqual({ encoding, codedWidth: 40, codedHeight: 16, timestamp: 1 });
      // A patch is half a JPEG block wide after scaling, so neighbouring colours bleed into it.
      expect(await colourError(scaled)).toBeLessThan(40);
    }
  });

  it("passes through images within the limits", async () => {
    const sample = patches("NV12", { gap: 3 });
    const { metadata, data } = await codec.encode(sample, { maxWidth: 80, maxHeight: 32 });
    expect(data).toBe(sample.data);
    expect(metadata).toMatchObject({ format: "NV12", layout: sample.layout });
  });
});

describe("BroadcastImageCodec.encode (compressed images)", () => {
  const encodings: ImageEncoding[] = ["jpeg", "png", "webp"];
  for (const encoding of encodings) {
    it(`passes ${encoding} through if it is within the limits and the consumer accepts ${encoding}`, async () => {
      const sample = await compressed(encoding);
      const { metadata, data } = await codec.encode(sample, {
        encodings: ["av1", encoding],
        maxWidth: 80,
        maxHeight: 32,
      });
      expect(data).toBe(sample.data);
      expect(metadata).toMatchObject({ encoding });
    });

    it(`scales ${encoding} and compresses it again in the same encoding`, async () => {
      const sample = { ...(await compressed(encoding)), rotation: 180 as const };
      for (const options of [{ maxWidth: 40 }, { maxWidth: 40, encodings: [encoding] }]) {
        const scaled = await codec.encode(sample, { quality: 95, ...options });
        expect(scaled.metadata).toStrictEqual({
          encoding,
          codedWidth: 40,
          codedHeight: 16,
          rotation: 180,
          timestamp: 1,
        });
        expect(await colourError(scaled)).toBeLessThan(40);
      }
    });

    it(`decompresses ${encoding} if the consumer does not accept it`, async () => {
      const sample = await compressed(encoding);
      for (const named of [["raw"], [], ["av1"]]) {
        const decoded = await codec.encode(sample, { encodings: named });
        expect(decoded.metadata).not.toHaveProperty("encoding");
        expect(await colourError(decoded)).toBeLessThan(8);
      }
    });

    it(`recompresses ${encoding} to an encoding that the consumer accepts`, async () => {
      const sample = await compressed(encoding);
      const [own, other] = encodings.filter((name) => name !== encoding) as [ImageEncoding, ImageEncoding];
      const recoded = await new BroadcastImageCodec({ encoding: own }).encode(sample, { encodings: [own] });
      expect(recoded.metadata).toMatchObject({ encoding: own });
      const second = await new BroadcastImageCodec({ encoding }).encode(sample, { encodings: [other] });
      expect(second.metadata).toMatchObject({ encoding: other });
    });
  }

  it("rejects a compressed image whose header and sample fields differ in size with ERR_IMAGE_SIZE_MISMATCH", async () => {
    const sample = { ...(await compressed("jpeg")), codedWidth: 800, codedHeight: 320 };
    await expect(codec.encode(sample, { maxWidth: 40 })).rejects.toMatchObject({
      code: "ERR_IMAGE_SIZE_MISMATCH",
    });
  });
});

describe("BroadcastImageCodec.encode", () => {
  it("prefers the encodings option to the encoding of the codec", async () => {
    const jpeg = new BroadcastImageCodec({ encoding: "jpeg" });
    expect((await jpeg.encode(patches("RGB"), { encodings: ["png"] })).metadata).toMatchObject({
      encoding: "png",
    });
    expect((await jpeg.encode(patches("RGB"), { encodings: [] })).metadata).toMatchObject({ format: "RGB" });
  });

  it("chooses the encoding of an auto codec from the encodings option", async () => {
    const auto = new BroadcastImageCodec({ encoding: "auto" });
    expect((await auto.encode(patches("RGB"))).metadata).toMatchObject({ format: "RGB" });
    expect((await auto.encode(patches("RGB"), { encodings: ["jpeg"] })).metadata).toMatchObject({
      encoding: "jpeg",
    });
  });
});

describe("resolveImageEncodeOptions", () => {
  const bad: Record<string, unknown>[] = [
    { encodings: "jpeg" },
    { encodings: [1] },
    { quality: 0 },
    { quality: 101 },
    { maxWidth: 0 },
    { maxWidth: 1.5 },
    { maxHeight: "720" },
    { maxHeight: Number.NaN },
    { keyFrame: 1 },
  ];
  for (const options of bad) {
    it(`rejects ${JSON.stringify(options)} with ERR_IMAGE_INVALID_OPTIONS`, async () => {
      await expect(codec.encode(patches("RGB"), options as ImageEncodeOptions)).rejects.toMatchObject({
        name: "ImageCodecError",
        code: "ERR_IMAGE_INVALID_OPTIONS",
      });
    });
  }

  it("accepts undefined for each option", async () => {
    const options = { encodings: undefined, quality: undefined, maxWidth: undefined, keyFrame: undefined };
    const sample = patches("RGB");
    expect((await codec.encode(sample, options)).data).toBe(sample.data);
  });
});
