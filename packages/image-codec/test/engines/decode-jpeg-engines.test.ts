import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import {
  BroadcastImageCodec,
  type ImageMetadata,
  type ImageSample,
  type JpegEngineName,
} from "../../src/index.ts";
import { jpegSize, markersOf, readJpeg, unusuallySampledJpegs } from "../fixtures/jpegs.ts";
import { psnr } from "../fixtures/psnr.ts";
import { texture } from "../fixtures/texture.ts";

const engines: (JpegEngineName | undefined)[] = [undefined, "sharp", "jpeg-turbo"];
const metadata = { encoding: "jpeg", ...jpegSize, timestamp: 0 } as const;
const size = { width: jpegSize.codedWidth, height: jpegSize.codedHeight };
const data = texture(size.width, size.height);
const source: ImageSample = { type: "image", format: "RGB", ...jpegSize, data, timestamp: 0 };
const unusual = [...unusuallySampledJpegs, "arithmetic", "arithmetic-progressive", "rgb"];

/** Returns a JPEG with one byte of its frame header changed. */
function withFrameByte(name: string, offset: number, value: number): Buffer {
  const jpeg = readJpeg(name);
  const [frame] = markersOf(jpeg, (code) => code >= 0xc0 && code <= 0xc2);
  jpeg[(frame as number) + offset] = value;
  return jpeg;
}

describe.each(engines)("decodeJpeg (engine %s)", (engine) => {
  const codec = new BroadcastImageCodec({ engine });

  it.each(unusual)("decodes an unusual JPEG, if necessary with the other engine (%s)", async (name) => {
    const decoded = await codec.decode(readJpeg(name), metadata, { format: "RGB" });
    expect(psnr(decoded, source)).toBeGreaterThan(25);
  });

  it.each(unusual)("scales and decompresses an unusual JPEG in encode() (%s)", async (name) => {
    const sample = { type: "image", ...metadata, data: readJpeg(name) } as const;
    const scaled = await codec.encode(sample, { maxWidth: 36 });
    expect(scaled.metadata).toMatchObject({ encoding: "jpeg", codedWidth: 36 });
    const raw = await codec.encode(sample, { encodings: ["raw"] });
    expect(psnr({ ...source, data: raw.data }, source)).toBeGreaterThan(25);
  });

  it.each(unusual)("decodes an unusual JPEG in a region of a delta (%s)", async (name) => {
    const jpeg = readJpeg(name);
    const regions = [{ x: 0, y: 0, ...size, bytes: jpeg.length }];
    const delta = { number: 1, coding: "jpeg", regions } as const;
    const whole: ImageMetadata = { ...metadata, encoding: "delta", delta };
    const decoded = await codec.decode(jpeg, whole, { format: "RGB" });
    expect(psnr(decoded, source)).toBeGreaterThan(25);
  });

  it("decodes an arithmetic-coded JPEG with zeros before the end-of-image marker", async () => {
    const jpeg = readJpeg("arithmetic");
    const padded = Buffer.concat([jpeg.subarray(0, -2), Buffer.alloc(64), jpeg.subarray(-2)]);
    const decoded = await codec.decode(padded, metadata, { format: "RGB" });
    expect(psnr(decoded, source)).toBeGreaterThan(25);
  });

  it.each([
    ["12 bits per sample", withFrameByte("sampled-1x1", 4, 12)],
    ["lossless", withFrameByte("sampled-1x1", 1, 0xc3)],
    ["a differential frame", withFrameByte("sampled-1x1", 1, 0xc5)],
    ["sampling factors of zero", withFrameByte("sampled-1x1", 11, 0)],
  ])('rejects a JPEG that no engine can read, with a reason instead of "No error" (%s)', async (_, jpeg) => {
    const error = await codec.decode(jpeg, metadata).catch((error: unknown) => error);
    expect(error).toMatchObject({ name: "ImageCodecError", code: "ERR_IMAGE_UNDECODABLE" });
    expect(JSON.stringify(error, ["message", "cause"])).not.toContain("No error");
    for (let each = error; each instanceof Error; each = each.cause)
      expect(each.message).not.toBe("No error");
  });

  it("decodes the next image after one that no engine can read", async () => {
    await codec.decode(withFrameByte("grey", 4, 12), metadata).catch(() => {});
    expect((await codec.decode(readJpeg("grey"), metadata)).data).toHaveLength(size.width * size.height * 4);
  });
});

describe("BroadcastImageCodec of the built package", () => {
  /**
   * Decodes JPEGs in a process that cannot import the `hidden` packages. Resolves with the error code or "ok" for each
   * JPEG and engine.
   */
  async function codes(hidden: string[]): Promise<unknown> {
    const failures = Object.fromEntries(hidden.map((name) => [name, 100]));
    const fixtures = new URL("../fixtures/", import.meta.url);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        "--import",
        new URL("hide-engines.mjs", fixtures).href,
        fileURLToPath(new URL("decode-jpegs.mjs", fixtures)),
      ],
      { env: { ...process.env, HIDE_ENGINES: JSON.stringify(failures) } },
    );
    return JSON.parse(stdout);
  }

  it("rejects with ERR_IMAGE_ENGINE_MISSING if sharp is not installed and only sharp can read the JPEG", async () => {
    expect(await codes(["sharp"])).toEqual({
      usual: { default: "ok", "jpeg-turbo": "ok", sharp: "ERR_IMAGE_ENGINE_MISSING" },
      unusual: {
        default: "ERR_IMAGE_ENGINE_MISSING",
        "jpeg-turbo": "ERR_IMAGE_ENGINE_MISSING",
        sharp: "ERR_IMAGE_ENGINE_MISSING",
      },
      faulty: { default: "ok", "jpeg-turbo": "ok", sharp: "ERR_IMAGE_ENGINE_MISSING" },
    });
  });

  it("rejects with ERR_IMAGE_ENGINE_MISSING if jpeg-turbo is requested and not installed, unless only sharp can read the JPEG", async () => {
    expect(await codes(["@julusian/jpeg-turbo"])).toEqual({
      usual: { default: "ok", "jpeg-turbo": "ERR_IMAGE_ENGINE_MISSING", sharp: "ok" },
      unusual: { default: "ok", "jpeg-turbo": "ok", sharp: "ok" },
      faulty: { default: "ok", "jpeg-turbo": "ERR_IMAGE_ENGINE_MISSING", sharp: "ok" },
    });
  });
});
