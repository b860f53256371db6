import { describe, expect, it, vi } from "vitest";
import {
  BroadcastImageCodec,
  checkImageSample,
  type EncodedImageSample,
  type ImageMetadata,
  type ImageSample,
  parseImageMetadata,
} from "../../src/index.ts";
import { patches } from "../fixtures/patches.ts";

const codec = new BroadcastImageCodec();

/** Returns a sample whose `codedWidth` throws after `times` reads. */
function readable(sample: ImageSample | EncodedImageSample, times: number): ImageSample {
  const reads = vi.fn(() => sample.codedWidth);
  const counted = { ...sample };
  Object.defineProperty(counted, "codedWidth", {
    enumerable: true,
    get: () => {
      if (reads.mock.calls.length === times) throw new Error("read too often");
      return reads();
    },
  });
  return counted as ImageSample;
}

describe("checkImageSample", () => {
  it("returns a frozen sample with the same data and without unknown fields", () => {
    const sample = { ...patches("NV12", { gap: 3 }), rotation: undefined, colour: "red" };
    const checked = checkImageSample(sample);
    expect(checked).toStrictEqual(patches("NV12", { gap: 3 }));
    expect(checked.data).toBe(sample.data);
    expect(Object.isFrozen(checked)).toBe(true);
  });

  it("returns a sample that encode() does not check again", async () => {
    const checked = checkImageSample(readable(patches("BGRA"), 1));
    for (let call = 0; call < 2; call++) {
      const { metadata, data } = await codec.encode(checked);
      expect(data).toBe(checked.data);
      expect(metadata).toStrictEqual({ format: "BGRA", codedWidth: 80, codedHeight: 32, timestamp: 1 });
    }
  });

  it("marks only the returned sample as checked: encode() rejects a changed copy", async () => {
    const checked = checkImageSample(patches("BGRA"));
    await expect(codec.encode({ ...checked, codedHeight: 33 } as ImageSample)).rejects.toMatchObject({
      code: "ERR_IMAGE_DATA_TOO_SHORT",
    });
  });

  it("returns a sample that encode() rejects if the memory of the sample was transferred", async () => {
    for (const encoding of ["raw", "jpeg"] as const) {
      const checked = checkImageSample(patches("BGRA"));
      structuredClone(checked.data.buffer, { transfer: [checked.data.buffer as ArrayBuffer] });
      await expect(new BroadcastImageCodec({ encoding }).encode(checked)).rejects.toMatchObject({
        code: "ERR_IMAGE_DATA_TOO_SHORT",
      });
    }
  });

  it("throws ERR_IMAGE_INVALID_SAMPLE if reading a field throws", () => {
    expect(() => checkImageSample(readable(patches("BGRA"), 0))).toThrow(
      expect.objectContaining({ name: "ImageCodecError", code: "ERR_IMAGE_INVALID_SAMPLE" }),
    );
  });
});

describe("parseImageMetadata", () => {
  const layout = [{ offset: 0, stride: 320 }];
  const colorSpace = { primaries: "bt709" };
  const raw = { format: "BGRA", codedWidth: 80, codedHeight: 32, timestamp: 1, layout, colorSpace };
  const region = { x: 0, y: 0, width: 80, height: 32, bytes: 9 };
  const delta = { number: 1, coding: "deflate", regions: [region] };
  const all = [raw, { ...raw, layout: undefined, encoding: "delta", delta }, { ...raw, encoding: "png" }];

  it("returns its own result unchanged", () => {
    for (const value of all) {
      const parsed = parseImageMetadata(value);
      expect(parseImageMetadata(parsed)).toBe(parsed);
    }
  });

  it("freezes its result at every level", () => {
    const frozen = (value: unknown): boolean =>
      typeof value !== "object" || (Object.isFrozen(value) && Object.values(value ?? {}).every(frozen));
    for (const value of all) expect(frozen(parseImageMetadata(value))).toBe(true);
  });

  it("marks only the returned metadata as checked: decode() rejects a changed copy", async () => {
    const parsed = parseImageMetadata({ ...raw, layout: undefined });
    const { data } = patches("BGRA");
    expect((await codec.decode(data, parsed)).data).toBe(data);
    for (const fields of [{ codedWidth: 0 }, { codedHeight: "32" }]) {
      await expect(codec.decode(data, { ...parsed, ...fields } as ImageMetadata)).rejects.toMatchObject({
        code: "ERR_IMAGE_INVALID_METADATA",
      });
    }
    await expect(codec.decode(data.subarray(1), parsed)).rejects.toMatchObject({
      code: "ERR_IMAGE_DATA_TOO_SHORT",
    });
  });
});
