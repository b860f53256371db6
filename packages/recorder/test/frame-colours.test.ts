import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ImageColorSpace } from "@broadcast-ipc/image-codec";
import type { ReceivedImageSample } from "@broadcast-ipc/receiver";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RgbFrame, recordAndDecode } from "./support/decoded-pixels.ts";
import { isMissing } from "./support/is-missing.ts";
import { cornerError, corners, markedFrame, markedPixels } from "./support/marked-frame.ts";

const onlyDispose = { [Symbol.dispose]() {} };

describe.skipIf(isMissing("ffmpeg"))("colours of recorded frames", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "colours-test-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const colourSpaces: readonly ImageColorSpace[] = [
    {},
    { matrix: "bt709", fullRange: false },
    { matrix: "bt709", fullRange: true },
    { matrix: "smpte170m", fullRange: false },
    { matrix: "smpte170m", fullRange: true },
    { matrix: "bt470bg", fullRange: true },
  ];

  test.each(["I420", "NV12"] as const)(
    "the file has the colours of %s in each colour space",
    async (format) => {
      const frames: ReceivedImageSample[] = [];
      for (const colorSpace of colourSpaces) {
        frames.push(yuvFrame(format, { colorSpace, timestamp: frames.length * 40_000 }));
      }
      const path = join(folder, `${format}.mp4`);
      const recorded = await recordAndDecode(path, frames, { width: 96, height: 64 });
      expect(recorded).toHaveLength(colourSpaces.length);
      for (const frame of recorded) expect(cornerError(frame, corners)).toBeLessThanOrEqual(8);
    },
  );

  test("the file has the colours of PNG, WebP and JPEG frames whose sizes change", async () => {
    const raw = (width: number, height: number) =>
      sharp(markedPixels(width, height), { raw: { width, height, channels: 3 } });
    const frames = [await markedFrame("RGB", { timestamp: 0 })];
    for (const [encoding, width, height] of [
      ["png", 40, 90],
      ["webp", 201, 31],
      ["jpeg", 33, 33],
      ["png", 2, 2],
      ["jpeg", 640, 360],
    ] as const) {
      const data = new Uint8Array(await raw(width, height)[encoding]({ quality: 95 }).toBuffer());
      const size = { codedWidth: width, codedHeight: height };
      const timestamp = frames.length * 40_000;
      frames.push({ type: "image", encoding, ...size, data, timestamp, ...onlyDispose });
    }
    const path = join(folder, "encodings.mp4");
    const recorded = await recordAndDecode(path, frames, { width: 96, height: 64 });
    expect(recorded).toHaveLength(frames.length);
    for (const [index, frame] of frames.entries()) {
      const shown = { width: frame.codedWidth, height: frame.codedHeight };
      expect(cornerError(recorded[index] as RgbFrame, corners, shown), `frame ${index}`).toBeLessThanOrEqual(
        15,
      );
    }
  });
});

/** Makes a marked frame in a colour space, by the formulas of ITU-T H.273. */
function yuvFrame(
  format: "I420" | "NV12",
  { colorSpace, timestamp }: { readonly colorSpace: ImageColorSpace; readonly timestamp: number },
): ReceivedImageSample {
  const [width, height] = [96, 64];
  const [red, blue] = (colorSpace.matrix ?? "bt709") === "bt709" ? [0.2126, 0.0722] : [0.299, 0.114];
  const [offset, luma, chroma] = colorSpace.fullRange ? [0, 255, 255] : [16, 219, 224];
  const rgb = markedPixels(width, height);
  const data = new Uint8Array(width * height * 1.5);
  const area = width * height;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const [r = 0, g = 0, b = 0] = Array.from(rgb.subarray(3 * at, 3 * at + 3), (value) => value / 255);
      const light = red * r + (1 - red - blue) * g + blue * b;
      const chromaAt = (y >> 1) * (width / 2) + (x >> 1);
      const [u, v] =
        format === "I420"
          ? [area + chromaAt, area * 1.25 + chromaAt]
          : [area + 2 * chromaAt, area + 2 * chromaAt + 1];
      data[at] = Math.round(offset + luma * light);
      data[u] = Math.round(128 + (chroma * (b - light)) / (2 * (1 - blue)));
      data[v] = Math.round(128 + (chroma * (r - light)) / (2 * (1 - red)));
    }
  }
  const size = { codedWidth: width, codedHeight: height };
  return { type: "image", format, ...size, data, colorSpace, timestamp, ...onlyDispose };
}
