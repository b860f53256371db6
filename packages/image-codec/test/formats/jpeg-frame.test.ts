import { describe, expect, it } from "vitest";
import { readJpegHeader } from "../../src/formats/jpeg-frame.ts";

const app0 = "ffe0 0004 0000";
const sof0 = "ffc0 000b 08 0020 0050 01 01 11 00";
const header = { width: 80, height: 32, components: 1 };

function read(hex: string): ReturnType<typeof readJpegHeader> {
  return readJpegHeader(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

describe("readJpegHeader", () => {
  it("reads size and components from the first frame header of any kind", () => {
    expect(read(`ffd8 ${sof0}`)).toEqual(header);
    expect(read(`ffd8 ${app0} ${sof0}`)).toEqual(header);
    for (const marker of ["c1", "c2", "c3", "c9", "ca"]) {
      expect(read(`ffd8 ff${marker} 000b 08 0020 0050 01 01 11 00`)).toEqual(header);
    }
    expect(read(`ffd8 ${sof0} ffc0 000b 08 0001 0001 03 01 11 00`)).toEqual(header);
  });

  it("skips DHT, JPG and DAC segments", () => {
    for (const marker of ["c4", "c8", "cc"]) {
      expect(read(`ffd8 ff${marker} 000b 08 0001 0001 01 01 11 00 ${sof0}`)).toEqual(header);
    }
  });

  it("ignores frame headers inside other segments", () => {
    expect(read(`ffd8 ffe1 000f ffc0 000b 08 0001 0001 01 01 11 00 ${sof0}`)).toEqual(header);
  });

  it("skips any number of fill bytes before a marker", () => {
    expect(read(`ffd8 ffff ${app0} ffffff ${sof0}`)).toEqual(header);
  });

  it("reads a view into a longer buffer", () => {
    const memory = Buffer.from(`0000ffd8${sof0.replaceAll(" ", "")}`, "hex");
    expect(readJpegHeader(memory.subarray(2))).toEqual(header);
  });

  const bad: Record<string, string> = {
    "no bytes": "",
    "a missing start of image": sof0,
    "only a start of image": "ffd8",
    "stray bytes between segments, which decoders skip": `ffd8 00 ${sof0}`,
    "stray bytes after a segment": `ffd8 ${app0} 00 ${sof0}`,
    "a marker of zero": `ffd8 ff00 0004 0000 ${sof0}`,
    "a marker without a segment": `ffd8 ffd0 ${sof0}`,
    "a second start of image": `ffd8 ffd8 ${sof0}`,
    "a scan before the frame": `ffd8 ffda 0004 0000 ${sof0}`,
    "a segment length below 2": `ffd8 ffe0 0001 ${sof0}`,
    "a frame header that is too short": "ffd8 ffc0 0007 08 0020 0050 01",
    "a truncated frame header": "ffd8 ffc0 000b 08 0020 0050",
    "only fill bytes": `ffd8 ${"ff".repeat(64)}`,
  };
  for (const [title, hex] of Object.entries(bad)) {
    it(`returns undefined for ${title}`, () => {
      expect(read(hex)).toBeUndefined();
    });
  }
});
