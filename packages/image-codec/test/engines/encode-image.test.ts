import { describe, expect, it } from "vitest";
import { BroadcastImageCodec, pixelFormats } from "../../src/index.ts";
import { isYuvFormat } from "../../src/sample/pixel-format.ts";
import { patches, worstColourError } from "../fixtures/patches.ts";

const padding = [{}, { gap: 20 }, { offset: 5, gap: 3 }];

describe("encodeImage (png)", () => {
  const codec = new BroadcastImageCodec({ encoding: "png" });

  for (const format of pixelFormats) {
    it(`keeps the colours of ${format}`, async () => {
      for (const options of padding) {
        const { metadata, data } = await codec.encode(patches(format, options));
        expect(metadata).toStrictEqual({ encoding: "png", codedWidth: 80, codedHeight: 32, timestamp: 1 });
        const decoded = await codec.decode(data, metadata);
        expect(worstColourError(decoded)).toBeLessThanOrEqual(isYuvFormat(format) ? 2 : 0);
      }
    });
  }

  it("keeps alpha and the colours of transparent pixels", async () => {
    for (const format of ["RGBA", "BGRA"] as const) {
      for (const alpha of [0, 64]) {
        const { metadata, data } = await codec.encode(patches(format, { alpha }));
        expect((await codec.decode(data, metadata, { format })).data).toEqual(
          patches(format, { alpha }).data,
        );
      }
    }
  });
});

describe("encodeImage (webp)", () => {
  const codec = new BroadcastImageCodec({ encoding: "webp", quality: 95 });

  for (const format of pixelFormats) {
    it(`keeps the colours of ${format}`, async () => {
      for (const options of padding) {
        const { metadata, data } = await codec.encode(patches(format, options));
        expect(metadata).toStrictEqual({ encoding: "webp", codedWidth: 80, codedHeight: 32, timestamp: 1 });
        expect(worstColourError(await codec.decode(data, metadata))).toBeLessThan(8);
      }
    });
  }

  it("keeps alpha", async () => {
    const { metadata, data } = await codec.encode(patches("BGRA", { alpha: 64 }));
    const decoded = await codec.decode(data, metadata, { format: "BGRA" });
    expect(decoded.data[3]).toBe(64);
  });

  it("uses the quality option of the call instead of the codec's", async () => {
    const good = await codec.encode(patches("RGB"));
    const poor = await codec.encode(patches("RGB"), { quality: 1 });
    expect(poor.data.byteLength).toBeLessThan(good.data.byteLength);
  });

  it("rejects an image that is too large for WebP with ERR_IMAGE_ENCODE_FAILED", async () => {
    const row = { codedWidth: 16_384, codedHeight: 1, data: new Uint8Array(16_384 * 3) };
    await expect(codec.encode({ ...patches("RGB"), ...row })).rejects.toMatchObject({
      code: "ERR_IMAGE_ENCODE_FAILED",
      cause: expect.any(Error),
    });
  });
});

describe("encodeImage", () => {
  for (const encoding of ["png", "webp"] as const) {
    it(`ignores the X byte (${encoding})`, async () => {
      const codec = new BroadcastImageCodec({ encoding, quality: 95 });
      for (const format of ["RGBX", "BGRX"] as const) {
        const { metadata, data } = await codec.encode(patches(format, { alpha: 0 }));
        const decoded = await codec.decode(data, metadata);
        expect(worstColourError(decoded)).toBeLessThan(8);
        expect(decoded.data[3]).toBe(255);
      }
    });

    it(`returns data in its own ArrayBuffer (${encoding})`, async () => {
      const { data } = await new BroadcastImageCodec({ encoding }).encode(patches("BGRA"));
      expect(data.constructor).toBe(Uint8Array);
      expect(data.byteLength).toBe(data.buffer.byteLength);
    });
  }
});
