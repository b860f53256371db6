import { afterAll, describe, expect, it, vi } from "vitest";
import { isYuvFormat } from "../../src/sample/pixel-format.ts";
import { patches } from "../fixtures/patches.ts";

// Other tests of this process use modules that have compiled their WebAssembly already.
vi.stubGlobal("WebAssembly", undefined);
vi.resetModules();
const { BroadcastImageCodec, pixelFormats } = await import("../../src/index.ts");
afterAll(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

const noWebAssembly = { name: "ImageCodecError", code: "ERR_IMAGE_NO_WEBASSEMBLY", cause: expect.any(Error) };

describe("BroadcastImageCodec without WebAssembly", () => {
  it("passes raw images through in their own format", async () => {
    const codec = new BroadcastImageCodec();
    for (const format of pixelFormats) {
      const sample = patches(format, { offset: 4, gap: 4 });
      const { metadata, data } = await codec.encode(sample);
      expect((await codec.decode(data, metadata, { format })).data).toBe(sample.data);
    }
  });

  it("rejects conversion to another format with ERR_IMAGE_NO_WEBASSEMBLY, but repacks I420 and NV12", async () => {
    const codec = new BroadcastImageCodec();
    for (const from of pixelFormats) {
      const { metadata, data } = await codec.encode(patches(from));
      for (const format of pixelFormats) {
        const decoded = codec.decode(data, metadata, { format });
        if (from === format || (isYuvFormat(from) && isYuvFormat(format))) {
          expect((await decoded).format).toBe(format);
        } else {
          await expect(decoded).rejects.toMatchObject(noWebAssembly);
        }
      }
    }
  });

  it("compresses and scales formats that an engine accepts, and rejects others", async () => {
    for (const encoding of ["jpeg", "png", "webp"] as const) {
      const codec = new BroadcastImageCodec({ encoding, engine: "sharp" });
      const { metadata } = await codec.encode(patches("RGB"), { maxWidth: 40 });
      expect(metadata).toMatchObject({ encoding, codedWidth: 40 });
      await expect(codec.encode(patches("BGRA"))).rejects.toMatchObject(noWebAssembly);
      await expect(codec.encode(patches("I420"), { maxWidth: 40 })).rejects.toMatchObject(noWebAssembly);
    }
    const turbo = new BroadcastImageCodec({ encoding: "jpeg", engine: "jpeg-turbo" });
    expect((await turbo.encode(patches("BGRA"))).metadata).toMatchObject({ encoding: "jpeg" });
    await expect(turbo.encode(patches("NV12"))).rejects.toMatchObject(noWebAssembly);
  });

  it("encodes and decodes deltas in the same format", async () => {
    const [encoder, decoder] = [
      new BroadcastImageCodec({ encoding: "delta", deltaRegions: "lossless" }),
      new BroadcastImageCodec(),
    ];
    const sample = patches("BGRA");
    const { metadata, data } = await encoder.encode(sample);
    expect((await decoder.decode(data, metadata)).data).toEqual(sample.data);
  });
});
