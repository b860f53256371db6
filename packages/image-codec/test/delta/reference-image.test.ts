import { describe, expect, it } from "vitest";
import { BroadcastImageCodec, type ImageEncodeOptions, type ImageSample } from "../../src/index.ts";
import { asDelta, type EncodedDelta } from "../fixtures/delta.ts";
import { Screen } from "../fixtures/screen.ts";

function encoder() {
  const codec = new BroadcastImageCodec({ encoding: "delta" });
  return async (sample: ImageSample, wanted?: ImageEncodeOptions): Promise<EncodedDelta> =>
    asDelta(await codec.encode(sample, wanted));
}

describe("changes only", () => {
  it("begin again one picture after most of each one has ceased to change", async () => {
    const encode = encoder();
    const screen = new Screen({ format: "BGRA", width: 640, height: 480 });
    const whole = { x: 0, y: 0, width: 640, height: 480 };
    const isWhole = async (area?: typeof whole, options?: ImageEncodeOptions) => {
      if (area) screen.fill(area);
      const { metadata } = await encode(screen.picture(), options);
      return metadata.delta.base === undefined;
    };
    expect(await isWhole()).toBe(true);
    // As long as nearly all of them change, there is nothing to compare the next one with.
    for (let round = 0; round < 4; round++) expect(await isWhole(whole)).toBe(true);
    expect(await isWhole({ ...whole, height: 200 })).toBe(true);
    expect(await isWhole(undefined, { keyFrame: true })).toBe(true);
    // The first one of which little changed is whole still, and what the next ones are told against.
    expect(await isWhole({ ...whole, width: 16, height: 16 })).toBe(true);
    const { metadata } = await encode(screen.picture());
    expect(metadata.delta.regions).toEqual([]);
    screen.fill({ x: 320, y: 160, width: 8, height: 8 });
    expect((await encode(screen.picture())).metadata.delta.regions).toMatchObject([
      { x: 320, y: 160, width: 16, height: 16 },
    ]);
  });

  it("stay so where the whole picture changes now and then, or where whole ones are asked for", async () => {
    const encode = encoder();
    const screen = new Screen({ format: "BGRA", width: 640, height: 480 });
    for (let round = 0; round < 4; round++) {
      screen.fill({ x: 0, y: 0, width: 640, height: 480 });
      expect((await encode(screen.picture())).metadata.delta).not.toHaveProperty("base");
      await encode(screen.picture(), { keyFrame: true });
      await encode(screen.picture(), { keyFrame: true });
      expect((await encode(screen.picture())).metadata.delta.regions).toEqual([]);
    }
  });
});
