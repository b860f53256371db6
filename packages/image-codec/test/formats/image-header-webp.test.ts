import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { readWebpHeader } from "../../src/formats/image-header.ts";
import { claimingWebp, extendedWebp } from "../fixtures/hostile.ts";

const flat = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 4, background: "#ff000080" } });

describe("readWebpHeader", () => {
  it("reads the size of every kind of WebP", async () => {
    for (const [width, height] of [
      [1, 1],
      [300, 7],
      [16_383, 1],
      [1, 16_383],
    ] as const) {
      for (const webp of [
        await flat(width, height).removeAlpha().webp().toBuffer(),
        await flat(width, height).webp().toBuffer(),
        await flat(width, height).webp({ lossless: true }).toBuffer(),
      ]) {
        expect(readWebpHeader(webp)).toEqual({ width, height });
        const memory = Buffer.concat([Buffer.alloc(3), webp]);
        expect(readWebpHeader(memory.subarray(3))).toEqual({ width, height });
      }
    }
  });

  it("reads the largest sizes that a header can claim", async () => {
    const lossless = await flat(1, 1).webp({ lossless: true }).toBuffer();
    expect(readWebpHeader(claimingWebp(lossless, 16_384, 16_384))).toEqual({ width: 16_384, height: 16_384 });
    const extended = extendedWebp(lossless, 65_535, 2 ** 24);
    expect(readWebpHeader(extended)).toEqual({ width: 65_535, height: 2 ** 24 });
  });

  it("returns undefined for other chunks, wrong start codes and truncated headers", async () => {
    for (const webp of [
      await flat(8, 8).removeAlpha().webp().toBuffer(),
      await flat(8, 8).webp({ lossless: true }).toBuffer(),
    ]) {
      const isLossless = webp.toString("latin1", 12, 16) === "VP8L";
      for (let length = 0; length < (isLossless ? 25 : 30); length++) {
        expect(readWebpHeader(webp.subarray(0, length))).toBeUndefined();
      }
      const code = isLossless ? 20 : 23;
      for (const place of [12, 15, code]) {
        const other = Buffer.from(webp);
        other[place] = 0;
        expect(readWebpHeader(other)).toBeUndefined();
      }
    }
  });
});
