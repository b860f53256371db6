import { describe, expect, it } from "vitest";
import { parseImageMetadata } from "../../src/index.ts";

const raw = { format: "BGRA", codedWidth: 4, codedHeight: 2, timestamp: 7 };
const jpeg = { encoding: "jpeg", codedWidth: 4, codedHeight: 2, timestamp: 7 };

describe("parseImageMetadata", () => {
  it("accepts metadata of raw and compressed images", () => {
    const padded = { ...raw, layout: [{ offset: 3, stride: 16 }], rotation: 270 };
    const colorSpace = { primaries: "bt709", transfer: "iec61966-2-1", matrix: "smpte170m", fullRange: true };
    const planes = [5, 3, 3].map((stride, index) => ({ offset: index * 100, stride }));
    const yuv = { ...raw, format: "I420", codedWidth: 5, colorSpace, layout: planes };
    for (const metadata of [raw, padded, jpeg, { ...jpeg, rotation: 0 }, yuv]) {
      expect(parseImageMetadata(metadata)).toStrictEqual(metadata);
    }
  });

  it("accepts the smallest and the largest size", () => {
    for (const side of [1, 65_535]) {
      const metadata = { ...raw, codedWidth: side, codedHeight: side };
      expect(parseImageMetadata(metadata)).toStrictEqual(metadata);
    }
  });

  it("accepts bigint values and returns numbers", () => {
    const sent = {
      format: "BGRA",
      codedWidth: 4n,
      codedHeight: 2n,
      timestamp: 2n ** 53n - 1n,
      layout: [{ offset: 3n, stride: 16n }],
      rotation: 90n,
    };
    expect(parseImageMetadata(sent)).toStrictEqual({
      ...raw,
      timestamp: Number.MAX_SAFE_INTEGER,
      layout: [{ offset: 3, stride: 16 }],
      rotation: 90,
    });
  });

  it("treats null as an absent field", () => {
    const nothing = { encoding: null, layout: null, rotation: null, colorSpace: null };
    expect(parseImageMetadata({ ...raw, ...nothing })).toStrictEqual(raw);
    const colorSpace = { primaries: null, transfer: null, matrix: null, fullRange: null };
    expect(parseImageMetadata({ ...raw, format: "NV12", colorSpace })).toStrictEqual({
      ...raw,
      format: "NV12",
      colorSpace: {},
    });
    expect(parseImageMetadata({ ...jpeg, rotation: null })).toStrictEqual(jpeg);
  });

  it("removes unknown and undefined fields", () => {
    const sent = { ...raw, rotation: undefined, layout: undefined, colour: "red", data: new Uint8Array() };
    expect(parseImageMetadata(sent)).toStrictEqual(raw);
    const colorSpace = { matrix: undefined, fullRange: false, gamut: "wide" };
    expect(parseImageMetadata({ ...raw, colorSpace })).toStrictEqual({
      ...raw,
      colorSpace: { fullRange: false },
    });
    expect(parseImageMetadata({ ...jpeg, format: "BGRA", layout: "any" })).toStrictEqual(jpeg);
  });

  const bad: [field: string, value: unknown][] = [
    ["format", { ...raw, format: "I444" }],
    ["format", { ...raw, format: "constructor" }],
    ["format", {}],
    ["encoding", { ...jpeg, encoding: "gif" }],
    ["encoding", { ...jpeg, encoding: "raw" }],
    ["format", { ...jpeg, encoding: null }],
    ["format", { ...raw, format: null }],
    ["codedWidth", { ...raw, codedWidth: 0 }],
    ["codedWidth", { ...raw, codedWidth: "4" }],
    ["codedWidth", { ...raw, codedWidth: 65_536n }],
    ["codedWidth", { ...raw, codedWidth: true }],
    ["codedWidth", { ...raw, codedWidth: null }],
    ["codedHeight", { ...raw, codedHeight: 65_536 }],
    ["codedHeight", { ...jpeg, codedHeight: 1.5 }],
    ["codedHeight", { ...jpeg, codedHeight: Number.NaN }],
    ["rotation", { ...raw, rotation: 45 }],
    ["rotation", { ...raw, rotation: 45n }],
    ["rotation", { ...jpeg, rotation: "90" }],
    ["timestamp", { ...raw, timestamp: -1 }],
    ["timestamp", { ...raw, timestamp: 0.5 }],
    ["timestamp", { ...raw, timestamp: 2 ** 53 }],
    ["timestamp", { ...raw, timestamp: 2n ** 53n }],
    ["timestamp", { ...raw, timestamp: 2n ** 64n - 1n }],
    ["timestamp", { ...raw, timestamp: -1n }],
    ["timestamp", { ...raw, timestamp: null }],
    ["timestamp", { ...jpeg, timestamp: Number.POSITIVE_INFINITY }],
    ["timestamp", { ...jpeg, timestamp: undefined }],
    ["layout", { ...raw, layout: [] }],
    ["layout", { ...raw, layout: {} }],
    ["layout", { ...raw, layout: Array(2).fill({ offset: 0, stride: 16 }) }],
    ["layout.0.offset", { ...raw, layout: [{ offset: -1, stride: 16 }] }],
    ["layout.0.stride", { ...raw, layout: [{ offset: 0, stride: 16.5 }] }],
    ["layout.0.stride", { ...raw, layout: [{ offset: 0 }] }],
    ["layout.0.stride", { ...raw, layout: [{ offset: 0, stride: null }] }],
    ["layout.0.offset", { ...raw, layout: [{ offset: 2n ** 53n, stride: 16 }] }],
    ["layout", { ...raw, layout: [{ offset: 0, stride: 15 }] }],
    ["layout", { ...raw, format: "I420", layout: Array(2).fill({ offset: 0, stride: 16 }) }],
    ["layout", { ...raw, format: "NV12", layout: Array(3).fill({ offset: 0, stride: 16 }) }],
    ["layout", { ...raw, format: "NV12", codedWidth: 5, layout: Array(2).fill({ offset: 0, stride: 5 }) }],
    ["colorSpace", { ...raw, colorSpace: "bt709" }],
    ["colorSpace", { ...raw, format: "I420", colorSpace: { matrix: "rgb" } }],
    ["colorSpace.matrix", { ...raw, colorSpace: { matrix: "bt2020-ncl" } }],
    ["colorSpace.primaries", { ...raw, colorSpace: { primaries: "p3" } }],
    ["colorSpace.transfer", { ...raw, colorSpace: { transfer: 1 } }],
    ["colorSpace.fullRange", { ...raw, colorSpace: { fullRange: "yes" } }],
  ];
  for (const [index, [field, value]] of bad.entries()) {
    it(`rejects an invalid ${field} and names the field (case ${index})`, () => {
      expect(() => parseImageMetadata(value)).toThrow(
        expect.objectContaining({
          code: "ERR_IMAGE_INVALID_METADATA",
          message: expect.stringMatching(`^${field}: `),
        }),
      );
    });
  }

  it("rejects values that are not objects", () => {
    for (const value of [undefined, null, 5, "BGRA", [], new Uint8Array(4)]) {
      expect(() => parseImageMetadata(value)).toThrow(
        expect.objectContaining({ code: "ERR_IMAGE_INVALID_METADATA" }),
      );
    }
  });
});
