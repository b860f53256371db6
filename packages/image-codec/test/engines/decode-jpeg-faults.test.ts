import { describe, expect, it } from "vitest";
import { Random } from "../../../../tests/support/random.ts";
import { BroadcastImageCodec, type JpegEngineName } from "../../src/index.ts";
import { type HarmlessFault, harmlessFaults } from "../fixtures/jpeg-faults.ts";
import { huffmanJpegs, jpegSize, markersOf, readJpeg } from "../fixtures/jpegs.ts";

const engines: JpegEngineName[] = ["sharp", "jpeg-turbo"];
const metadata = { encoding: "jpeg", ...jpegSize, timestamp: 0 } as const;
const undecodable = { name: "ImageCodecError", code: "ERR_IMAGE_UNDECODABLE" };
const faults = Object.entries(harmlessFaults);

/** Returns the start and the end offset of the entropy-coded data in the last scan. */
function lastScan(jpeg: Buffer): { readonly start: number; readonly end: number } {
  const at = markersOf(jpeg, (code) => code === 0xda).at(-1) as number;
  return { start: at + 2 + jpeg.readUInt16BE(at + 2), end: jpeg.length - 2 };
}

describe.each(engines)("decodeJpeg (engine %s)", (engine) => {
  const codec = new BroadcastImageCodec({ engine });
  // Compares buffers, because vitest is slow to compare large arrays.
  const pixelsOf = async (jpeg: Uint8Array) => Buffer.from((await codec.decode(jpeg, metadata)).data.buffer);

  describe.each(huffmanJpegs)("%s", (name) => {
    const jpeg = readJpeg(name);

    it.each(faults)("decodes a JPEG with %s to the same pixels", async (_, fault) => {
      const expected = await pixelsOf(jpeg);
      for (let seed = 0; seed < 5; seed++) {
        const faulty = fault(jpeg, new Random(seed));
        if (faulty) expect(expected.equals(await pixelsOf(faulty)), `seed ${seed}`).toBe(true);
      }
    });

    it("rejects a JPEG whose scan data is truncated at any byte", async () => {
      const { start, end } = lastScan(jpeg);
      for (let at = start; at < end; at += at < end - 12 ? 61 : 1) {
        const cut = Buffer.concat([jpeg.subarray(0, at), jpeg.subarray(end)]);
        const decoded = codec.decode(cut, metadata, { format: at % 2 ? "RGB" : "BGRA" });
        await expect(decoded, `cut at ${at} of ${end}`).rejects.toMatchObject(undecodable);
      }
      expect(await pixelsOf(jpeg)).toHaveLength(jpegSize.codedWidth * jpegSize.codedHeight * 4);
    });

    it("rejects a JPEG with truncated scan data even if the JPEG also has a harmless fault", async () => {
      const { start, end } = lastScan(jpeg);
      // These faults add bytes that decoders read in place of the missing data.
      const hiding = /before the end|no end/;
      for (const [title, fault] of faults.filter(([title]) => !hiding.test(title))) {
        const cut = Buffer.concat([jpeg.subarray(0, (start + end) >> 1), jpeg.subarray(end)]);
        const faulty = fault(cut, new Random(1));
        if (!faulty) continue;
        await expect(codec.decode(faulty, metadata), title).rejects.toMatchObject(undecodable);
      }
    });
  });

  it("rejects a JPEG that ends before its end-of-image marker", async () => {
    for (const name of huffmanJpegs) {
      const jpeg = readJpeg(name);
      for (const length of [jpeg.length - 1, jpeg.length - 2]) {
        await expect(codec.decode(jpeg.subarray(0, length), metadata), name).rejects.toMatchObject(
          undecodable,
        );
      }
    }
  });

  it("rejects a JPEG that lacks the data between two restart markers", async () => {
    const jpeg = readJpeg("restarts");
    const restarts = markersOf(jpeg, (code) => code >= 0xd0 && code <= 0xd7);
    for (let index = 0; index + 1 < restarts.length; index++) {
      const lost = Buffer.concat([jpeg.subarray(0, restarts[index]), jpeg.subarray(restarts[index + 1])]);
      await expect(codec.decode(lost, metadata), `restart interval ${index}`).rejects.toMatchObject(
        undecodable,
      );
    }
  });

  it("rejects only the truncated JPEGs among 60 concurrent calls", async () => {
    const jpeg = readJpeg("sampled-1x1");
    const expected = await pixelsOf(jpeg);
    const cut = Buffer.concat([jpeg.subarray(0, -6), jpeg.subarray(-2)]);
    const isShown = (index: number) =>
      pixelsOf(index % 3 === 0 ? cut : jpeg).then(
        (pixels) => pixels.equals(expected),
        (error: unknown) => error,
      );
    const results = await Promise.all(Array.from({ length: 60 }, (_, index) => isShown(index)));
    for (const [index, result] of results.entries()) {
      if (index % 3 === 0) expect(result).toMatchObject(undecodable);
      else expect(result).toBe(true);
    }
  });

  it("calls allocate once when decode() repairs a faulty JPEG and retries", async () => {
    const given: number[] = [];
    const allocate = (byteLength: number) => {
      given.push(byteLength);
      return new Uint8Array(byteLength);
    };
    const faulty = harmlessFaults["zeros for coefficients in a scan header"]?.(
      readJpeg("grey"),
      new Random(1),
    );
    const { data } = await codec.decode(faulty, metadata, { allocate });
    expect(given).toEqual([data.byteLength]);
  });

  it("decodes a JPEG with any three harmless faults to the same pixels", async () => {
    const random = new Random(7);
    const expected = new Map<string, Buffer>();
    for (const name of huffmanJpegs) expected.set(name, await pixelsOf(readJpeg(name)));
    for (let run = 0; run < 400; run++) {
      const name = random.of(huffmanJpegs);
      const chosen: [string, HarmlessFault][] = [];
      let jpeg = readJpeg(name);
      while (chosen.length < 3) {
        const [title, fault] = random.of(faults);
        // These faults are added last, because the other faults need a JPEG without bytes after its end.
        if (/after the end|no end|a second end/.test(title) && chosen.length < 2) continue;
        // Two faults in restart markers together can lose data, so a JPEG gets at most one of these.
        if (/restart/.test(title) && chosen.some(([other]) => /restart/.test(other))) continue;
        jpeg = fault(jpeg, random) ?? jpeg;
        chosen.push([title, fault]);
      }
      const title = `${name} with ${chosen.map(([title]) => title).join(", ")}`;
      expect(expected.get(name)?.equals(await pixelsOf(jpeg)), title).toBe(true);
    }
  });
});
