import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BroadcastImageCodec, ImageCodecError, parseImageMetadata } from "../../src/index.ts";
import { asDelta } from "../fixtures/delta.ts";
import { Screen } from "../fixtures/screen.ts";

const region = { x: 16, y: 0, width: 16, height: 8, bytes: 700 };
const all = { x: 0, y: 0, width: 64, height: 8, bytes: 700 };
const delta = { number: 5, base: 4, coding: "jpeg", regions: [region] };
const jpeg = { encoding: "delta", codedWidth: 64, codedHeight: 8, timestamp: 7, delta };
const deflate = { ...jpeg, format: "BGRA", delta: { ...delta, coding: "deflate" } };

function withDelta(fields: object, metadata: object = jpeg): object {
  return { ...metadata, delta: { ...delta, ...fields } };
}

describe("parseImageMetadata (deltas)", () => {
  it("accepts valid metadata unchanged", () => {
    const { base, ...whole } = delta;
    for (const metadata of [
      jpeg,
      deflate,
      { ...jpeg, rotation: 90 },
      { ...deflate, colorSpace: { primaries: "bt709" } },
      { ...jpeg, delta: { ...whole, regions: [all] } },
      withDelta({ regions: [] }),
      withDelta({ regions: [], coding: "deflate" }, { ...deflate, format: "NV12" }),
      withDelta({ regions: [region, { ...region, x: 48 }] }),
    ]) {
      expect(parseImageMetadata(metadata)).toStrictEqual(metadata);
    }
  });

  it("removes unknown and undefined fields", () => {
    const sent = { ...jpeg, layout: [], rotation: undefined, delta: { ...delta, colour: "red" } };
    expect(parseImageMetadata(sent)).toStrictEqual(jpeg);
    expect(parseImageMetadata(withDelta({ base: undefined, regions: [all] }))).toStrictEqual({
      ...jpeg,
      delta: { number: 5, coding: "jpeg", regions: [all] },
    });
  });

  it("accepts bigint values, and treats null as an absent field", () => {
    const { base, ...whole } = delta;
    const wide = Object.fromEntries(Object.entries(region).map(([key, value]) => [key, BigInt(value)]));
    expect(parseImageMetadata(withDelta({ number: 5n, base: 4n, regions: [wide] }))).toStrictEqual(jpeg);
    const sent = { ...jpeg, format: null, colorSpace: null, delta: { ...whole, base: null, regions: [all] } };
    expect(parseImageMetadata(sent)).toStrictEqual({ ...jpeg, delta: { ...whole, regions: [all] } });
  });

  const bad: [field: string, value: unknown][] = [
    ["delta", { ...jpeg, delta: undefined }],
    ["delta", { ...jpeg, delta: null }],
    ["delta.number", withDelta({ number: -1 })],
    ["delta.number", withDelta({ number: 2 ** 53 })],
    ["delta.base", withDelta({ base: 2n ** 53n })],
    ["delta.number", withDelta({ number: null })],
    ["delta.regions.0.bytes", withDelta({ regions: [{ ...region, bytes: 0n }] })],
    ["delta.base", withDelta({ base: 0.5 })],
    ["delta.coding", withDelta({ coding: "png" })],
    ["delta.regions", withDelta({ regions: {} })],
    ["delta.regions", withDelta({ regions: Array(257).fill(region) })],
    ["delta.regions.0.x", withDelta({ regions: [{ ...region, x: -1 }] })],
    ["delta.regions.0.width", withDelta({ regions: [{ ...region, width: 0 }] })],
    ["delta.regions.0.height", withDelta({ regions: [{ ...region, height: "8" }] })],
    ["delta.regions.0.bytes", withDelta({ regions: [{ ...region, bytes: 0 }] })],
    // A region is not inside the image.
    ["delta", withDelta({ regions: [{ ...region, x: 49 }] })],
    ["delta", withDelta({ regions: [{ ...region, y: 1 }] })],
    ["delta", withDelta({ regions: [{ ...region, x: Number.MAX_SAFE_INTEGER, width: 1 }] })],
    // The regions are larger than the image.
    ["delta", withDelta({ regions: Array(5).fill(region) })],
    // Without a base, the regions do not cover the whole image.
    ["delta", withDelta({ base: undefined })],
    ["delta", withDelta({ base: undefined, regions: [] })],
    ["delta", withDelta({ base: undefined, regions: [0, 16, 32, 48].map((x) => ({ ...region, x })) })],
    // The format does not fit the coding.
    ["format", { ...jpeg, format: "BGRA" }],
    ["format", withDelta({ coding: "deflate" })],
    ["format", withDelta({ coding: "deflate" }, { ...deflate, format: "I420" })],
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
});

describe("BroadcastImageCodec.decode", () => {
  it("decodes arbitrary deltas or rejects them with an ImageCodecError", async () => {
    const encoder = new BroadcastImageCodec({ encoding: "delta", deltaRegions: "lossless" });
    const screen = new Screen({ width: 64, height: 48 });
    const whole = asDelta(await encoder.encode(screen.image()));
    screen.fill({ x: 16, y: 16, width: 16, height: 16 });
    const next = asDelta(await encoder.encode(screen.image()));

    const number = fc.oneof(fc.nat(70), fc.integer(), fc.double(), fc.constant(undefined));
    const someRegion = fc.record({ x: number, y: number, width: number, height: number, bytes: number });
    const changes = fc.record(
      {
        number,
        base: fc.oneof(number, fc.constant(whole.metadata.delta.number)),
        coding: fc.constantFrom("jpeg", "deflate", "raw"),
        regions: fc.oneof(fc.array(someRegion, { maxLength: 3 }), fc.constant(next.metadata.delta.regions)),
      },
      { requiredKeys: [] },
    );
    const fields = fc.record(
      { codedWidth: number, codedHeight: number, format: fc.constantFrom("RGB", "I420") },
      {
        requiredKeys: [],
      },
    );
    const damage = fc.tuple(fc.nat(next.data.length - 1), fc.nat(255), fc.nat(next.data.length));
    await fc.assert(
      fc.asyncProperty(fields, changes, damage, async (metadata, description, [at, byte, length]) => {
        const codec = new BroadcastImageCodec();
        await codec.decode(whole.data, whole.metadata);
        const data = next.data.slice();
        data[at] = byte;
        const sent = { ...next.metadata, ...metadata, delta: { ...next.metadata.delta, ...description } };
        try {
          const image = await codec.decode(data.subarray(0, byte % 2 ? length : data.length), sent as never);
          expect(image.data.byteLength).toBe(64 * 48 * 4);
        } catch (error) {
          expect(error).toBeInstanceOf(ImageCodecError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
