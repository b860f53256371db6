import { describe, expect, it } from "vitest";
import {
  BroadcastImageCodec,
  type EncodedImageSample,
  type ImageEncoding,
  type ImageSample,
  pixelFormats,
} from "../src/index.ts";
import { patches } from "./fixtures/patches.ts";

const codec = new BroadcastImageCodec();

const screencast: EncodedImageSample = {
  type: "image",
  encoding: "jpeg",
  codedWidth: 640,
  codedHeight: 480,
  data: Uint8Array.of(0xff, 0xd8, 0xff),
  timestamp: 5,
};

/** The first bytes of an image in each encoding, without a size. */
const beginnings: Readonly<Record<ImageEncoding, Uint8Array>> = {
  jpeg: screencast.data,
  png: Buffer.from("89504e470d0a1a0a", "hex"),
  webp: Buffer.from("RIFF....WEBP"),
};

describe("BroadcastImageCodec", () => {
  for (const format of pixelFormats) {
    it(`encodes and decodes raw ${format} without a copy`, async () => {
      const sample = patches(format);
      const { metadata, data } = await codec.encode(sample);
      expect(data).toBe(sample.data);
      expect(metadata).toStrictEqual({ format, codedWidth: 80, codedHeight: 32, timestamp: 1 });

      const decoded = await codec.decode(data, metadata);
      expect(decoded.data).toBe(sample.data);
      expect(decoded).toStrictEqual(sample);
    });

    it(`encodes and decodes padded ${format} without a copy and keeps its layout`, async () => {
      const sample = { ...patches(format, { offset: 12, gap: 20 }), rotation: 90 as const };
      const { metadata, data } = await codec.encode(sample);
      const decoded = await codec.decode(data, metadata);
      expect(decoded.data).toBe(sample.data);
      expect(decoded).toStrictEqual(sample);
    });
  }

  it("decodes a raw image without a copy if its own format is requested", async () => {
    const { metadata, data } = await codec.encode(patches("BGRA"));
    expect((await codec.decode(data, metadata, { format: "BGRA" })).data).toBe(data);
  });

  it("decodes padded rows to tightly packed rows if another format is requested", async () => {
    const { metadata, data } = await codec.encode(patches("BGRA", { offset: 4, gap: 8 }));
    expect(await codec.decode(data, metadata, { format: "RGB" })).toStrictEqual(patches("RGB"));
  });

  it("encodes a raw image whose data is longer than its rows", async () => {
    const sample = { ...patches("RGB"), data: new Uint8Array(1_000_000) };
    expect((await codec.encode(sample)).data).toBe(sample.data);
  });

  it("encodes a padded raw image whose data ends at the last pixel", async () => {
    const sample = patches("RGB", { gap: 20 });
    const { data } = await codec.encode({ ...sample, data: sample.data.subarray(0, -20) });
    expect(data.byteLength).toBe(sample.data.byteLength - 20);
  });

  it("returns metadata without undefined fields", async () => {
    const sample = { ...patches("RGB"), layout: undefined, rotation: undefined };
    const { metadata } = await codec.encode(sample);
    expect(Object.values(metadata)).not.toContain(undefined);
  });
});

describe("BroadcastImageCodec.encode", () => {
  for (const encoding of ["jpeg", "png", "webp"] as const) {
    it(`passes ${encoding} samples through if the codec's encoding is JPEG`, async () => {
      const { metadata, data } = await new BroadcastImageCodec({ encoding: "jpeg" }).encode({
        ...screencast,
        encoding,
        data: beginnings[encoding],
        rotation: 180,
      });
      expect(data).toBe(beginnings[encoding]);
      expect(metadata).toStrictEqual({
        encoding,
        codedWidth: 640,
        codedHeight: 480,
        rotation: 180,
        timestamp: 5,
      });
    });
  }

  const bad: Record<string, unknown> = {
    "is not an object": null,
    "has no format": { ...patches("RGB"), format: undefined },
    "has an unknown format": { ...patches("RGB"), format: "toString" },
    "has an unknown encoding": { ...screencast, encoding: "gif" },
    "has no data": { ...patches("RGB"), data: undefined },
    "has data that is not a Uint8Array": { ...patches("RGB"), data: new Uint8ClampedArray(80 * 32 * 3) },
    "has a fractional timestamp": { ...patches("RGB"), timestamp: 0.5 },
    "has a stride shorter than its rows": { ...patches("RGB"), layout: [{ offset: 0, stride: 239 }] },
  };
  for (const [title, sample] of Object.entries(bad)) {
    it(`rejects a sample that ${title} with ERR_IMAGE_INVALID_SAMPLE`, async () => {
      await expect(codec.encode(sample as ImageSample)).rejects.toMatchObject({
        name: "ImageCodecError",
        code: "ERR_IMAGE_INVALID_SAMPLE",
      });
    });
  }

  it("rejects a sample whose data is one byte too short with ERR_IMAGE_DATA_TOO_SHORT", async () => {
    const sample = patches("BGRX", { offset: 1, gap: 1 });
    await expect(codec.encode({ ...sample, data: sample.data.subarray(0, -2) })).rejects.toMatchObject({
      code: "ERR_IMAGE_DATA_TOO_SHORT",
    });
  });

  it("rejects a compressed sample whose data is in another encoding with ERR_IMAGE_UNDECODABLE, also on pass-through", async () => {
    for (const [encoding, data] of Object.entries(beginnings)) {
      const others = (Object.keys(beginnings) as ImageEncoding[]).filter((name) => name !== encoding);
      for (const other of others) {
        for (const options of [{}, { encodings: ["raw"] }]) {
          const encoded = codec.encode({ ...screencast, encoding: other, data }, options);
          await expect(encoded).rejects.toMatchObject({ code: "ERR_IMAGE_UNDECODABLE" });
        }
      }
    }
  });

  it("rejects a compressed sample whose header and fields differ in size with ERR_IMAGE_SIZE_MISMATCH, also on pass-through", async () => {
    for (const encoding of ["jpeg", "png", "webp"] as const) {
      const { data } = await new BroadcastImageCodec({ encoding }).encode(patches("RGB"));
      for (const options of [{}, { encodings: ["raw"] }]) {
        const encoded = codec.encode({ ...screencast, encoding, data }, options);
        await expect(encoded).rejects.toMatchObject({ code: "ERR_IMAGE_SIZE_MISMATCH" });
      }
    }
  });

  it("rejects an empty compressed sample with ERR_IMAGE_DATA_TOO_SHORT", async () => {
    await expect(codec.encode({ ...screencast, data: new Uint8Array() })).rejects.toMatchObject({
      code: "ERR_IMAGE_DATA_TOO_SHORT",
    });
  });
});

describe("BroadcastImageCodec.decode", () => {
  it("rejects missing, empty and short data with ERR_IMAGE_DATA_TOO_SHORT", async () => {
    const { metadata, data } = await codec.encode(patches("RGBA"));
    for (const bytes of [undefined, new Uint8Array(), data.subarray(1)]) {
      await expect(codec.decode(bytes, metadata)).rejects.toMatchObject({ code: "ERR_IMAGE_DATA_TOO_SHORT" });
    }
  });

  it("rejects short data of the largest possible image with ERR_IMAGE_DATA_TOO_SHORT", async () => {
    const huge = { format: "RGBA", codedWidth: 65_535, codedHeight: 65_535, timestamp: 0 } as const;
    const layout = [{ offset: Number.MAX_SAFE_INTEGER, stride: Number.MAX_SAFE_INTEGER }];
    for (const metadata of [huge, { ...huge, layout }]) {
      await expect(codec.decode(new Uint8Array(64), metadata, { format: "RGB" })).rejects.toMatchObject({
        code: "ERR_IMAGE_DATA_TOO_SHORT",
      });
    }
  });

  it("rejects metadata that is not an object with ERR_IMAGE_INVALID_METADATA", async () => {
    await expect(codec.decode(new Uint8Array(64), null as never)).rejects.toMatchObject({
      code: "ERR_IMAGE_INVALID_METADATA",
    });
  });

  it("rejects an unknown format option with ERR_IMAGE_INVALID_OPTIONS", async () => {
    const { metadata, data } = await codec.encode(patches("RGBA"));
    for (const format of ["I444", "toString", Symbol("RGBA")]) {
      await expect(codec.decode(data, metadata, { format: format as never })).rejects.toMatchObject({
        code: "ERR_IMAGE_INVALID_OPTIONS",
      });
    }
  });
});
