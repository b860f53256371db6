import { describe, expect, it } from "vitest";
import {
  BroadcastImageCodec,
  type ImageCodecOptions,
  type ImageSample,
  type PixelFormat,
} from "../../src/index.ts";
import { convertImage } from "../../src/pixels/convert-image.ts";
import { psnr } from "../fixtures/psnr.ts";
import { Screen } from "../fixtures/screen.ts";

interface StreamOptions extends ImageCodecOptions {
  readonly format?: PixelFormat;
}

/**
 * Encodes and decodes a stream of 1,000 edits, and passes each decoded image to `look`. Some images are skipped before
 * they are encoded, others are lost before they are decoded. Returns the number of decoded deltas.
 */
async function stream(
  screen: Screen,
  { format, ...options }: StreamOptions,
  look: (decoded: ImageSample, source: ImageSample) => Promise<void> | void,
): Promise<number> {
  const sender = new BroadcastImageCodec({ ...options, encoding: "delta" });
  const receiver = new BroadcastImageCodec();
  let keyFrame = false;
  let deltas = 0;
  for (let edit = 0; edit < 1000; edit++) {
    screen.change();
    if (screen.random(4) === 0) continue;
    const source = screen.image();
    const { metadata, data } = await sender.encode(source, { keyFrame });
    keyFrame = screen.random(30) === 0;
    if (screen.random(30) === 0) {
      keyFrame = true;
      continue;
    }
    if ("delta" in metadata && metadata.delta.base !== undefined) deltas++;
    await look(await receiver.decode(data, metadata, format && { format }), source);
  }
  return deltas;
}

describe("DeltaDecoder", () => {
  for (const options of [
    { format: "BGRA" },
    { format: "RGBA", gap: 36 },
    { format: "RGB", gap: 5 },
  ] as const) {
    it(`decodes lossless deltas to the bytes of the source, although some images are lost (${JSON.stringify(options)})`, async () => {
      const screen = new Screen({ ...options, width: 317, height: 203 });
      const deltas = await stream(screen, { deltaRegions: "lossless" }, (decoded, source) => {
        const expected = convertImage(source.data, source, source.format);
        expect(decoded.format).toBe(source.format);
        expect(decoded.timestamp).toBe(source.timestamp);
        expect(Buffer.compare(decoded.data, expected)).toBe(0);
      });
      expect(deltas).toBeGreaterThan(400);
    });
  }

  for (const engine of ["jpeg-turbo", "sharp"] as const) {
    it(`decodes a stream with lost images at most 0.5 dB worse than complete JPEGs (${engine})`, async () => {
      const screen = new Screen({ width: 317, height: 203, seed: 7 });
      const codec = new BroadcastImageCodec({ encoding: "jpeg", engine });
      let looked = 0;
      const deltas = await stream(screen, { engine, format: "BGRA" }, async (decoded, source) => {
        if (looked++ % 7 !== 0) return;
        const { metadata, data } = await codec.encode(source);
        const whole = await codec.decode(data, metadata, { format: "BGRA" });
        expect(psnr(decoded, source)).toBeGreaterThan(psnr(whole, source) - 0.5);
      });
      expect(deltas).toBeGreaterThan(400);
    });
  }

  it("reports damage that covers every changed pixel", async () => {
    let last: ImageSample | undefined;
    await stream(new Screen({ seed: 3 }), { deltaRegions: "lossless" }, (decoded) => {
      if (last && decoded.damage) {
        const patched = last.data.slice();
        const stride = decoded.codedWidth * 4;
        for (const { x, y, width, height } of decoded.damage) {
          for (let row = y; row < y + height; row++) {
            const start = row * stride + x * 4;
            patched.set(decoded.data.subarray(start, start + width * 4), start);
          }
        }
        expect(Buffer.compare(patched, decoded.data)).toBe(0);
      }
      last = decoded;
    });
  });
});
