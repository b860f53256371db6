import { describe, expect, it } from "vitest";
import {
  BroadcastImageCodec,
  type DeltaRegion,
  type ImageCodecErrorCode,
  type ImageCodecOptions,
  type ImageMetadata,
} from "../../src/index.ts";
import { wholeAndNext } from "../fixtures/delta.ts";
import { patches, worstColourError } from "../fixtures/patches.ts";

type Case = [title: string, fields: object, code: ImageCodecErrorCode, field?: string];

const invalid = "ERR_IMAGE_INVALID_METADATA";
const tooShort = "ERR_IMAGE_DATA_TOO_SHORT";
const mismatch = "ERR_IMAGE_SIZE_MISMATCH";
const undecodable = "ERR_IMAGE_UNDECODABLE";

async function expectRejection(
  decoded: Promise<unknown>,
  code: ImageCodecErrorCode,
  field = "",
): Promise<void> {
  const message = expect.stringMatching(new RegExp(field && `^${field}: `));
  await expect(decoded).rejects.toMatchObject({ name: "ImageCodecError", code, message });
}

describe("BroadcastImageCodec.decode", () => {
  const codec = new BroadcastImageCodec();
  const { data } = patches("RGB");
  const metadata = { format: "RGB", codedWidth: 80, codedHeight: 32, timestamp: 1 } as const;
  const cases: Case[] = [
    ["a column is missing", { codedWidth: 81 }, tooShort],
    ["a row is missing", { codedHeight: 33 }, tooShort],
    ["the width is 0", { codedWidth: 0 }, invalid, "codedWidth"],
    ["the format needs more bytes than the data has", { format: "BGRA" }, tooShort],
    ["the format is unknown", { format: "RGB565" }, invalid, "format"],
    ["the offset is one byte too large", { layout: [{ offset: 1, stride: 240 }] }, tooShort],
    ["the offset is after the end", { layout: [{ offset: 2 ** 53 - 1, stride: 240 }] }, tooShort],
    ["the stride is one byte too long", { layout: [{ offset: 0, stride: 241 }] }, tooShort],
    ["the stride is shorter than a row", { layout: [{ offset: 0, stride: 239 }] }, invalid, "layout"],
    [
      "the layout has one plane too many",
      { layout: Array(2).fill({ offset: 0, stride: 240 }) },
      invalid,
      "layout",
    ],
    ["the chroma planes are missing", { format: "I420", codedWidth: 240 }, tooShort],
  ];
  it.each(cases)("rejects raw data if %s", async (_, fields, code, field) => {
    const wrong = { ...metadata, ...fields } as ImageMetadata;
    for (const format of [undefined, "RGBA", "NV12"] as const) {
      await expectRejection(codec.decode(data, wrong, { format }), code, field);
      expect(worstColourError(await codec.decode(data, metadata, { format }))).toBeLessThan(4);
    }
    await expectRejection(codec.decode(data.subarray(1), metadata), tooShort);
  });

  it("ignores bytes after a raw image", async () => {
    const more = Buffer.concat([data, data]);
    for (const format of [undefined, "RGBA", "NV12"] as const) {
      const decoded = await codec.decode(more, metadata, { format });
      expect(decoded).toMatchObject({ codedWidth: 80, codedHeight: 32 });
      expect(worstColourError(decoded)).toBeLessThan(4);
    }
  });
});

describe.each<ImageCodecOptions & { encoding: "jpeg" | "png" | "webp" }>([
  { encoding: "jpeg", engine: "sharp" },
  { encoding: "jpeg", engine: "jpeg-turbo" },
  { encoding: "png" },
  { encoding: "webp" },
])("BroadcastImageCodec.decode (%j)", (options) => {
  const codec = new BroadcastImageCodec({ ...options, quality: 95 });
  const cases: Case[] = [
    ["the image is narrower than in the metadata", { codedWidth: 81 }, mismatch],
    ["the image is higher than in the metadata", { codedHeight: 31 }, mismatch],
    ["width and height are swapped", { codedWidth: 32, codedHeight: 80 }, mismatch],
    ["the metadata has another size with as many pixels", { codedWidth: 40, codedHeight: 64 }, mismatch],
    ["the height is 0", { codedHeight: 0 }, invalid, "codedHeight"],
    [
      "the metadata has another encoding",
      { encoding: options.encoding === "png" ? "webp" : "png" },
      undecodable,
    ],
    ["the encoding is unknown", { encoding: "gif" }, invalid, "encoding"],
    ["the metadata is that of a raw image", { encoding: undefined, format: "RGBA" }, tooShort],
    ["the encoding is delta", { encoding: "delta" }, invalid, "delta"],
  ];
  it.each(cases)("rejects a compressed image if %s", async (_, fields, code, field) => {
    const { metadata, data } = await codec.encode(patches("RGB"));
    await expectRejection(codec.decode(data, { ...metadata, ...fields } as ImageMetadata), code, field);
    expect(worstColourError(await codec.decode(data, metadata))).toBeLessThan(8);
  });

  it("ignores bytes after a compressed image", async () => {
    const { metadata, data } = await codec.encode(patches("RGB"));
    const decoded = await codec.decode(Buffer.concat([data, Buffer.alloc(1000, 0xff)]), metadata);
    expect(worstColourError(decoded)).toBeLessThan(8);
  });
});

describe.each(["jpeg", "lossless"] as const)(
  "BroadcastImageCodec.decode (delta regions %s)",
  (deltaRegions) => {
    const [right, bottom] = [176, 112];
    const most = Number.MAX_SAFE_INTEGER;
    const tooMany = deltaRegions === "jpeg" ? mismatch : undecodable;
    const cases: [
      title: string,
      fields: (region: DeltaRegion) => object,
      code: ImageCodecErrorCode,
      field?: string,
    ][] = [
      ["a region exceeds the right edge", ({ width }) => ({ x: right - width + 1 }), invalid, "delta"],
      ["a region exceeds the bottom edge", ({ height }) => ({ y: bottom - height + 1 }), invalid, "delta"],
      ["a region starts left of the image", () => ({ x: -16 }), invalid, "delta.regions.1.x"],
      ["a region lies far outside", () => ({ x: most, y: most }), invalid, "delta"],
      [
        "a region is larger than the image",
        () => ({ x: 0, y: 0, width: 65_535, height: 65_535 }),
        invalid,
        "delta",
      ],
      ["a region has no area", () => ({ width: 0 }), invalid, "delta.regions.1.width"],
      ["a region ends a byte after the data", ({ bytes }) => ({ bytes: bytes + 1 }), tooShort],
      ["a region ends far after the data", () => ({ bytes: most }), tooShort],
      ["the last region ends a byte before the data", ({ bytes }) => ({ bytes: bytes - 1 }), mismatch],
      ["a region has more pixels than its data", () => ({ x: 0, width: 32 }), mismatch],
      ["a region has fewer pixels than its data", () => ({ width: 8 }), tooMany],
    ];

    it.each(cases)("rejects a delta if %s", async (_, fields, code, field) => {
      const { codec, whole, next, expectNext } = await stream();
      const [first, second] = next.metadata.delta.regions as [DeltaRegion, DeltaRegion];
      const regions = [first, { ...second, ...fields(second) }];
      await codec.decode(whole.data, whole.metadata);
      const wrong = { ...next.metadata, delta: { ...next.metadata.delta, regions } };
      const decoded = codec.decode(next.data, wrong);
      await expectRejection(decoded, code, field);
      await expectNext();
    });

    it("rejects a delta if its base is missing", async () => {
      const { codec, whole, next, expectNext } = await stream();
      await expectRejection(codec.decode(next.data, next.metadata), "ERR_IMAGE_MISSING_BASE");
      await codec.decode(whole.data, whole.metadata);
      const delta = { ...next.metadata.delta, base: 5 };
      await expectRejection(codec.decode(next.data, { ...next.metadata, delta }), "ERR_IMAGE_MISSING_BASE");
      await expectRejection(codec.decode(next.data, next.metadata), "ERR_IMAGE_MISSING_BASE");
      await expectNext();
    });

    /** Makes a decoder, a key frame, and a delta with two regions. */
    async function stream() {
      const { whole, next } = await wholeAndNext({ deltaRegions });
      const codec = new BroadcastImageCodec();
      const expectNext = async () => {
        await codec.decode(whole.data, whole.metadata);
        const { codedWidth, codedHeight, data } = await codec.decode(next.data, next.metadata);
        expect([codedWidth, codedHeight, data.length]).toEqual([176, 112, 176 * 112 * 4]);
      };
      return { codec, whole, next, expectNext };
    }
  },
);
