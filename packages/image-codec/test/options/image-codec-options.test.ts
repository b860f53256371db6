import { describe, expect, it } from "vitest";
import { BroadcastImageCodec, type ImageCodecOptions } from "../../src/index.ts";
import { resolveImageCodecOptions } from "../../src/options/image-codec-options.ts";

describe("resolveImageCodecOptions", () => {
  it("fills in defaults", () => {
    expect(resolveImageCodecOptions({ quality: undefined })).toEqual({
      encoding: "raw",
      quality: 75,
      chromaSubsampling: "4:2:0",
    });
  });

  const bad: Record<string, unknown>[] = [
    { encoding: "gif" },
    { quality: 0 },
    { quality: 101 },
    { quality: 75.5 },
    { quality: Number.NaN },
    { quality: "75" },
    { chromaSubsampling: "4:2:2" },
  ];
  for (const options of bad) {
    it(`rejects ${JSON.stringify(options)} with ERR_IMAGE_INVALID_OPTIONS`, () => {
      expect(() => new BroadcastImageCodec(options as ImageCodecOptions)).toThrow(
        expect.objectContaining({ name: "ImageCodecError", code: "ERR_IMAGE_INVALID_OPTIONS" }),
      );
    });
  }
});
