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

describe("raw pixels that disagree with their metadata", () => {
  const codec = new BroadcastImageCodec();
  const { data } = patches("RGB");
  const metadata = { format: "RGB", codedWidth: 80, codedHeight: 32, timestamp: 1 } as const;
  const cases: Case[] = [
    ["are a column short", { codedWidth: 81 }, tooShort],
    ["are a row short", { codedHeight: 33 }, tooShort],
    ["have no width", { codedWidth: 0 }, invalid, "codedWidth"],
    ["are of a format of more bytes", { format: "BGRA" }, tooShort],
    ["are of no format", { format: "RGB565" }, invalid, "format"],
    ["begin a byte late", { layout: [{ offset: 1, stride: 240 }] }, tooShort],
    ["begin behind their end", { layout: [{ offset: 2 ** 53 - 1, stride: 240 }] }, tooShort],
    ["have rows a byte too long", { layout: [{ offset: 0, stride: 241 }] }, tooShort],
    ["have rows a byte too short", { layout: [{ offset: 0, stride: 239 }] }, invalid, "layout"],
    ["have a plane too many", { layout: Array(2).fill({ offset: 0, stride: 240 }) }, invalid, "layout"],
    ["lack their planes of chroma", { format: "I420", codedWidth: 240 }, tooShort],
  ];
  it.each(cases)("%s", async (_, fields, code, field) => {
    const wrong = { ...metadata, ...fields } as ImageMetadata;
    for (const format of [undefined, "RGBA", "NV12"] as const) {
      await expectRejection(codec.decode(data, wrong, { format }), code, field);
      expect(worstColourError(await codec.decode(data, metadata, { format }))).toBeLessThan(4);
    }
    await expectRejection(codec.decode(data.subarray(1), metadata), tooShort);
  });

  it("may be more of them, and are the picture that is announced", async () => {
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
])("a compressed picture that disagrees with its metadata (%j)", (options) => {
  const codec = new BroadcastImageCodec({ ...options, quality: 95 });
  const cases: Case[] = [
    ["is narrower", { codedWidth: 81 }, mismatch],
    ["is higher", { codedHeight: 31 }, mismatch],
    ["lies on its side", { codedWidth: 32, codedHeight: 80 }, mismatch],
    ["has as many pixels", { codedWidth: 40, codedHeight: 64 }, mismatch],
    ["has no height", { codedHeight: 0 }, invalid, "codedHeight"],
    ["is of another encoding", { encoding: options.encoding === "png" ? "webp" : "png" }, undecodable],
    ["is of no encoding", { encoding: "gif" }, invalid, "encoding"],
    ["has pixels as they are", { encoding: undefined, format: "RGBA" }, tooShort],
    ["is a change", { encoding: "delta" }, invalid, "delta"],
  ];
  it.each(cases)("%s", async (_, fields, code, field) => {
    const { metadata, data } = await codec.encode(patches("RGB"));
    await expectRejection(codec.decode(data, { ...metadata, ...fields } as ImageMetadata), code, field);
    expect(worstColourError(await codec.decode(data, metadata))).toBeLessThan(8);
  });

  it("may be followed by more bytes", async () => {
    const { metadata, data } = await codec.encode(patches("RGB"));
    const decoded = await codec.decode(Buffer.concat([data, Buffer.alloc(1000, 0xff)]), metadata);
    expect(worstColourError(decoded)).toBeLessThan(8);
  });
});

describe.each(["jpeg", "lossless"] as const)(
  "changes that disagree with their picture or data (%s)",
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
      ["reach over the right edge", ({ width }) => ({ x: right - width + 1 }), invalid, "delta"],
      ["reach over the bottom edge", ({ height }) => ({ y: bottom - height + 1 }), invalid, "delta"],
      ["lie to the left", () => ({ x: -16 }), invalid, "delta.regions.1.x"],
      ["lie far outside", () => ({ x: most, y: most }), invalid, "delta"],
      [
        "are larger than the picture",
        () => ({ x: 0, y: 0, width: 65_535, height: 65_535 }),
        invalid,
        "delta",
      ],
      ["are no area", () => ({ width: 0 }), invalid, "delta.regions.1.width"],
      ["end a byte behind the data", ({ bytes }) => ({ bytes: bytes + 1 }), tooShort],
      ["end far behind the data", () => ({ bytes: most }), tooShort],
      ["end a byte before the data does", ({ bytes }) => ({ bytes: bytes - 1 }), mismatch],
      ["are of more pixels than their data", () => ({ x: 0, width: 32 }), mismatch],
      ["are of fewer pixels than their data", () => ({ width: 8 }), tooMany],
    ];

    it.each(cases)("%s", async (_, fields, code, field) => {
      const { codec, whole, next, expectNext } = await stream();
      const [first, second] = next.metadata.delta.regions as [DeltaRegion, DeltaRegion];
      const regions = [first, { ...second, ...fields(second) }];
      await codec.decode(whole.data, whole.metadata);
      const wrong = { ...next.metadata, delta: { ...next.metadata.delta, regions } };
      const decoded = codec.decode(next.data, wrong);
      await expectRejection(decoded, code, field);
      await expectNext();
    });

    it("build on a picture that is not here", async () => {
      const { codec, whole, next, expectNext } = await stream();
      await expectRejection(codec.decode(next.data, next.metadata), "ERR_IMAGE_MISSING_BASE");
      await codec.decode(whole.data, whole.metadata);
      const delta = { ...next.metadata.delta, base: 5 };
      await expectRejection(codec.decode(next.data, { ...next.metadata, delta }), "ERR_IMAGE_MISSING_BASE");
      await expectRejection(codec.decode(next.data, next.metadata), "ERR_IMAGE_MISSING_BASE");
      await expectNext();
    });

    /** A decoder, and a whole picture with the next one, which changes two places in it. */
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
