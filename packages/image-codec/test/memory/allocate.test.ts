import { describe, expect, it } from "vitest";
import {
  BroadcastImageCodec,
  type EncodedImage,
  type ImageCodecOptions,
  type PixelFormat,
  pixelFormats,
} from "../../src/index.ts";
import { patches } from "../fixtures/patches.ts";

/** Makes an allocate function and the list of the memory that it returned. */
function recorder() {
  const given: Uint8Array[] = [];
  const allocate = (byteLength: number) => {
    const memory = new Uint8Array(byteLength).fill(0xa5);
    given.push(memory);
    return memory;
  };
  return { given, allocate };
}

async function encode(options: ImageCodecOptions, format: PixelFormat = "RGBA"): Promise<EncodedImage> {
  return new BroadcastImageCodec(options).encode(patches(format));
}

const streams: [string, ImageCodecOptions, ImageCodecOptions][] = [
  ["jpeg by jpeg-turbo", { encoding: "jpeg" }, { engine: "jpeg-turbo" }],
  ["jpeg by sharp", { encoding: "jpeg" }, { engine: "sharp" }],
  ["png", { encoding: "png" }, {}],
  ["webp", { encoding: "webp" }, {}],
  ["delta", { encoding: "delta" }, {}],
  ["lossless delta", { encoding: "delta", deltaRegions: "lossless" }, {}],
];

describe.each(streams)("BroadcastImageCodec.decode (%s)", (_, encoding, decoding) => {
  it("writes the pixels to the memory from allocate, in any format", async () => {
    const { metadata, data } = await encode(encoding);
    for (const format of pixelFormats) {
      const { given, allocate } = recorder();
      const decoded = await new BroadcastImageCodec(decoding).decode(data, metadata, { format, allocate });
      expect(given).toHaveLength(1);
      expect(decoded.data).toBe(given[0]);
      const expected = await new BroadcastImageCodec(decoding).decode(data, metadata, { format });
      expect(Buffer.compare(decoded.data, expected.data)).toBe(0);
    }
  });

  it.each([
    ["returns too much memory", (length: number) => new Uint8Array(length + 1)],
    ["returns too little memory", (length: number) => new Uint8Array(length - 1)],
    [
      "returns a view into a larger ArrayBuffer",
      (length: number) => new Uint8Array(new ArrayBuffer(length + 8), 8),
    ],
    ["returns shared memory", (length: number) => new Uint8Array(new SharedArrayBuffer(length))],
    ["returns undefined", () => undefined as unknown as Uint8Array],
    [
      "throws an error",
      () => {
        throw new Error("none left");
      },
    ],
  ])("rejects with ERR_IMAGE_INVALID_OPTIONS if allocate %s", async (_, allocate) => {
    const { metadata, data } = await encode(encoding);
    const decoded = new BroadcastImageCodec(decoding).decode(data, metadata, { allocate });
    await expect(decoded).rejects.toMatchObject({
      name: "ImageCodecError",
      code: "ERR_IMAGE_INVALID_OPTIONS",
    });
  });
});

describe("BroadcastImageCodec.decode (raw images)", () => {
  it("writes converted pixels to the memory from allocate, and does not call allocate if the format is the same", async () => {
    const codec = new BroadcastImageCodec();
    for (const from of pixelFormats) {
      const { metadata, data } = await encode({}, from);
      for (const format of pixelFormats) {
        const { given, allocate } = recorder();
        const decoded = await codec.decode(data, metadata, { format, allocate });
        const expected = await codec.decode(data, metadata, { format });
        expect(given).toHaveLength(from === format ? 0 : 1);
        expect(decoded.data).toBe(from === format ? data : given[0]);
        expect(Buffer.compare(decoded.data, expected.data)).toBe(0);
      }
    }
  });
});

describe("BroadcastImageCodec.decode", () => {
  it("does not call allocate for an image with an invalid header", async () => {
    const { given, allocate } = recorder();
    const { metadata, data } = await encode({ encoding: "jpeg" });
    const codec = new BroadcastImageCodec();
    await expect(codec.decode(data, { ...metadata, codedWidth: 79 }, { allocate })).rejects.toMatchObject({
      code: "ERR_IMAGE_SIZE_MISMATCH",
    });
    expect(given).toHaveLength(0);
  });

  it("rejects an allocate option that is not a function with ERR_IMAGE_INVALID_OPTIONS", async () => {
    const { metadata, data } = await encode({ encoding: "jpeg" });
    const allocate = 5 as unknown as () => Uint8Array;
    await expect(new BroadcastImageCodec().decode(data, metadata, { allocate })).rejects.toMatchObject({
      code: "ERR_IMAGE_INVALID_OPTIONS",
    });
  });
});
