import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { hasTooManyScans } from "../../src/formats/jpeg-scan.ts";
import { BroadcastImageCodec, type ImageCodecError, type JpegEngineName } from "../../src/index.ts";
import { patches, worstColourError } from "../fixtures/patches.ts";

const engines: JpegEngineName[] = ["sharp", "jpeg-turbo"];
const { data, codedWidth, codedHeight } = patches("RGB");
const metadata = { encoding: "jpeg", codedWidth, codedHeight, timestamp: 0 } as const;
const progressive = await sharp(data, { raw: { width: codedWidth, height: codedHeight, channels: 3 } })
  .jpeg({ progressive: true })
  .toBuffer();

/** Returns the JPEG with its last scan repeated. */
function repeated(times: number): Buffer {
  const last = progressive.lastIndexOf(Uint8Array.of(0xff, 0xda));
  const scan = progressive.subarray(last, -2);
  return Buffer.concat([progressive.subarray(0, last), ...Array(times).fill(scan), progressive.subarray(-2)]);
}

describe("hasTooManyScans", () => {
  it("returns false for 100 scans and true for 101", () => {
    const scans = (count: number) => Buffer.alloc(2 * count, Uint8Array.of(0xff, 0xda));
    expect([0, 1, 100, 101, 1000].map((count) => hasTooManyScans(scans(count)))).toEqual([
      ...[false, false, false],
      ...[true, true],
    ]);
    expect(hasTooManyScans(scans(101).subarray(2))).toBe(false);
    expect(hasTooManyScans(progressive)).toBe(false);
  });
});

describe.each(engines)("decodeJpeg (engine %s)", (engine) => {
  it("rejects a JPEG with too many scans without calling the engine, then decodes the next JPEG", async () => {
    const codec = new BroadcastImageCodec({ engine });
    const error = await codec.decode(repeated(10_000), metadata).catch((error: unknown) => error);
    expect(error).toMatchObject({ name: "ImageCodecError", code: "ERR_IMAGE_UNDECODABLE" });
    // An engine's error would be the `cause`. Without a `cause`, no engine was called.
    expect((error as ImageCodecError).cause).toBeUndefined();
    expect(worstColourError(await codec.decode(progressive, metadata))).toBeLessThan(12);
  });
});
