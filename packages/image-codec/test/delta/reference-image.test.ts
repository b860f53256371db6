import { describe, expect, it } from "vitest";
import { BroadcastImageCodec, type ImageEncodeOptions, type ImageSample } from "../../src/index.ts";
import { asDelta, type EncodedDelta } from "../fixtures/delta.ts";
import { Screen } from "../fixtures/screen.ts";

function encoder() {
  const codec = new BroadcastImageCodec({ encoding: "delta" });
  return async (sample: ImageSample, wanted?: ImageEncodeOptions): Promise<EncodedDelta> =>
    asDelta(await codec.encode(sample, wanted));
}

describe("ReferenceImage", () => {
  it("returns to deltas after one key frame when images change little again", async () => {
    const encode = encoder();
    const screen = new Screen({ format: "BGRA", width: 640, height: 480 });
    const whole = { x: 0, y: 0, width: 640, height: 480 };
    const isWhole = async (area?: typeof whole, options?: ImageEncodeOptions) => {
      if (area) screen.fill(area);
      const { metadata } = await encode(screen.image(), options);
      return metadata.delta.base === undefined;
    };
    expect(await isWhole()).toBe(true);
    // While images mostly change, the encoder keeps no copy to compare with, so each image becomes a key frame.
    for (let round = 0; round < 4; round++) expect(await isWhole(whole)).toBe(true);
    expect(await isWhole({ ...whole, height: 200 })).toBe(true);
    expect(await isWhole(undefined, { keyFrame: true })).toBe(true);
    // The first image with few changes is encoded as a key frame and copied as the base of the next delta.
    expect(await isWhole({ ...whole, width: 16, height: 16 })).toBe(true);
    const { metadata } = await encode(screen.image());
    expect(metadata.delta.regions).toEqual([]);
    screen.fill({ x: 320, y: 160, width: 8, height: 8 });
    expect((await encode(screen.image())).metadata.delta.regions).toMatchObject([
      { x: 320, y: 160, width: 16, height: 16 },
    ]);
  });

  it("returns to deltas after single images that changed completely or were requested as key frames", async () => {
    const encode = encoder();
    const screen = new Screen({ format: "BGRA", width: 640, height: 480 });
    for (let round = 0; round < 4; round++) {
      screen.fill({ x: 0, y: 0, width: 640, height: 480 });
      expect((await encode(screen.image())).metadata.delta).not.toHaveProperty("base");
      await encode(screen.image(), { keyFrame: true });
      await encode(screen.image(), { keyFrame: true });
      expect((await encode(screen.image())).metadata.delta.regions).toEqual([]);
    }
  });
});
