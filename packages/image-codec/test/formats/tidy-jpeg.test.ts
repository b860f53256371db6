import { describe, expect, it } from "vitest";
import { Random } from "../../../../tests/support/random.ts";
import { tidyJpeg } from "../../src/formats/tidy-jpeg.ts";
import { harmlessFaults } from "../fixtures/jpeg-faults.ts";
import { huffmanJpegs, inserted, markersOf, readJpeg } from "../fixtures/jpegs.ts";

const all = [...huffmanJpegs, "arithmetic", "sampled-2x4", "sampled-3x1"];

describe("tidyJpeg", () => {
  it.each(all)("does not change the bytes of a JPEG without faults (%s)", (name) => {
    const jpeg = readJpeg(name);
    expect(jpeg.equals(tidyJpeg(jpeg))).toBe(true);
  });

  it("removes harmless faults", () => {
    for (const name of huffmanJpegs) {
      const jpeg = readJpeg(name);
      for (const [title, fault] of Object.entries(harmlessFaults)) {
        if (/application segments|version|transform/.test(title)) continue;
        const faulty = fault(jpeg, new Random(3));
        if (faulty) expect(jpeg.equals(tidyJpeg(faulty)), `${name} with ${title}`).toBe(true);
      }
    }
  });

  it("keeps unknown segments and a complete colour profile", () => {
    const jpeg = readJpeg("grey");
    const profile = [0xff, 0xe2, 0, 19, ...Buffer.from("ICC_PROFILE\0\x01\x01abc", "latin1")];
    for (const segment of [profile, [0xff, 0xe7, 0, 4, 1, 2], [0xff, 0xfe, 0, 3, 9]]) {
      const longer = inserted(jpeg, 2, segment);
      expect(longer.equals(tidyJpeg(longer))).toBe(true);
    }
  });

  it("reads scans with the standard Huffman tables if a sequential JPEG has no tables", () => {
    const jpeg = readJpeg("sampled-2x1");
    const [first, ...others] = markersOf(jpeg, (code) => code === 0xc4) as [number, ...number[]];
    const end = (others.at(-1) as number) + 2 + jpeg.readUInt16BE((others.at(-1) as number) + 2);
    const bare = Buffer.concat([jpeg.subarray(0, first), jpeg.subarray(end)]);
    expect(bare.equals(tidyJpeg(bare))).toBe(true);
    expect(bare.equals(tidyJpeg(inserted(bare, bare.length - 2, Buffer.alloc(9))))).toBe(true);
  });

  const jpeg = readJpeg("restarts");
  const progressive = readJpeg("progressive");
  const frame = markersOf(jpeg, (code) => code === 0xc0)[0] as number;
  const broken: Record<string, Buffer> = {
    "other data": Buffer.from("junk"),
    "only a start and an end of image": Buffer.of(0xff, 0xd8, 0xff, 0xd9),
    "a second start of image": inserted(jpeg, frame, [0xff, 0xd8]),
    "a truncated segment": jpeg.subarray(0, frame + 6),
    "a missing end of image": progressive.subarray(0, -2),
    "a missing end of image where more scans may follow": Buffer.concat([
      progressive.subarray(0, -2),
      Buffer.alloc(9),
    ]),
    "truncated scan data": Buffer.concat([jpeg.subarray(0, -20), jpeg.subarray(-2)]),
    "a scan of an unknown component": (() => {
      const copy = Buffer.from(jpeg);
      copy[(markersOf(jpeg, (code) => code === 0xda)[0] as number) + 5] = 99;
      return copy;
    })(),
    "a truncated Huffman table": inserted(jpeg, frame, [0xff, 0xc4, 0, 5, 0, 1, 1]),
    "an impossible Huffman table": inserted(jpeg, markersOf(jpeg, (code) => code === 0xda)[0] as number, [
      ...[0xff, 0xc4, 0, 22, 0, 3, ...Buffer.alloc(15), 1, 2, 3],
    ]),
  };
  it.each(Object.entries(broken))("throws a RangeError for %s", (_, data) => {
    expect(() => tidyJpeg(data)).toThrow(RangeError);
  });

  it("throws a RangeError for progressive scans with too many blocks to check", () => {
    const scan = markersOf(progressive, (code) => code === 0xda)[0] as number;
    const huge = Buffer.from(progressive);
    const at = markersOf(progressive, (code) => code === 0xc2)[0] as number;
    huge.writeUInt16BE(0xffff, at + 5);
    huge.writeUInt16BE(0xffff, at + 7);
    expect(scan).toBeGreaterThan(at);
    expect(() => tidyJpeg(huge)).toThrow(RangeError);
  });
});
