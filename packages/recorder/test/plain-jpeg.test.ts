import { BroadcastImageCodec, type EncodedImageSample } from "@broadcast-ipc/image-codec";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { jpegSize, readJpeg } from "../../image-codec/test/fixtures/jpegs.ts";
import { FramePacker } from "../src/frame-packer.ts";
import { plainJpegParts } from "../src/plain-jpeg.ts";
import { decodePackets, meanError } from "./support/decoded-pixels.ts";
import { isMissing } from "./support/is-missing.ts";
import { changed, exif, offsetOf, segment, withoutJfif, withSegments } from "./support/jpeg-segments.ts";

const code = {
  frame: 0xc0,
  huffman: 0xc4,
  endOfImage: 0xd9,
  scan: 0xda,
  app0: 0xe0,
  app1: 0xe1,
  comment: 0xfe,
};
const usual = readJpeg("sampled-2x2");
const bare = withoutJfif(usual);
const full = readJpeg("sampled-1x1");

const adobe = (transform: number) => segment(0xee, `Adobe\0d\0\0\0\0${String.fromCharCode(transform)}`);

/** Names the three components. */
const named = (jpeg: Buffer, ids: readonly number[]) =>
  changed(jpeg, (copy) => {
    const [frame, scan] = [offsetOf(copy, code.frame), offsetOf(copy, code.scan)];
    ids.forEach((id, index) => {
      copy[frame + 10 + 3 * index] = id;
      copy[scan + 5 + 2 * index] = id;
    });
  });

const withoutTables = (jpeg: Buffer) => {
  let rest = jpeg;
  for (let at = rest.indexOf(Uint8Array.of(0xff, code.huffman)); at >= 0; ) {
    rest = Buffer.concat([rest.subarray(0, at), rest.subarray(at + 2 + rest.readUInt16BE(at + 2))]);
    at = rest.indexOf(Uint8Array.of(0xff, code.huffman));
  }
  return rest;
};

const beforeEnd = (jpeg: Buffer, bytes: Uint8Array) =>
  Buffer.concat([jpeg.subarray(0, -2), bytes, jpeg.subarray(-2)]);

const icc = segment(0xe2, Buffer.concat([Buffer.from("ICC_PROFILE\0\x01\x01", "latin1"), Buffer.alloc(200)]));

/** JPEGs that ffmpeg decodes correctly without their application segments. */
const plain: Readonly<Record<string, Buffer>> = {
  "4:2:0": usual,
  "4:4:4": full,
  "4:2:2": readJpeg("sampled-2x1"),
  grey: readJpeg("grey"),
  "optimised tables": readJpeg("optimised"),
  "restart markers": readJpeg("restarts"),
  progressive: readJpeg("progressive"),
  "progressive with restart markers": readJpeg("progressive-restarts"),
  "no JFIF": bare,
  "other component names": named(bare, [0, 1, 2]),
  "Adobe's mark of YCbCr": withSegments(bare, adobe(1)),
  "zeros after the end": Buffer.concat([usual, Buffer.alloc(500)]),
  "text after the end": Buffer.concat([usual, Buffer.from("made by a camera")]),
  "a second JPEG after the end": Buffer.concat([usual, usual]),
  "zeros before the end": beforeEnd(usual, Buffer.alloc(64)),
  "zeros for coefficients in the scan header": changed(usual, (copy) => {
    const scan = offsetOf(copy, code.scan);
    copy[scan + 2 + copy.readUInt16BE(scan + 2) - 2] = 0;
  }),
  "an aspect ratio of 3:1": changed(usual, (copy) => copy.set([0, 0, 3, 0, 1], 13)),
  "a comment that turns the frame over": withSegments(usual, segment(code.comment, "Metasoft MJPEG Codec\0")),
  "a comment that claims limited range": withSegments(usual, segment(code.comment, "CS=ITU601")),
  "a comment that claims two fields": withSegments(usual, segment(code.comment, "MULTISCOPE II")),
  "an AVI1 segment": withSegments(bare, segment(code.app0, "AVI1\x01\0\0\0\0\0\0\0\0\0\0")),
  "a LJIF segment": withSegments(bare, segment(code.app0, "LJIF\0\0\0\0\0\0\0\0\x01\0\0\0\0")),
  "XMP and a colour profile": withSegments(
    usual,
    segment(code.app1, "http://ns.adobe.com/xap/1.0/\0<x/>"),
    icc,
  ),
  "several EXIF segments": withSegments(usual, exif(6), exif(3, "little"), exif(8)),
  ...Object.fromEntries(
    [1, 2, 3, 4, 5, 6, 7, 8].flatMap((orientation) =>
      (["big", "little"] as const).map((order) => [
        `EXIF orientation ${orientation}, ${order} endian`,
        withSegments(usual, exif(orientation, order)),
      ]),
    ),
  ),
};

/** JPEGs that ffmpeg refuses, or decodes differently than libjpeg, or that are too rare to rely on it. */
const unusual: Readonly<Record<string, Buffer>> = {
  "arithmetic codes": readJpeg("arithmetic"),
  "progressive arithmetic codes": readJpeg("arithmetic-progressive"),
  "sampling 4x2": readJpeg("sampled-4x2"),
  "sampling 2x4": readJpeg("sampled-2x4"),
  "sampling 3x1": readJpeg("sampled-3x1"),
  "sampling 2x2, 2x1, 1x2": readJpeg("sampled-2x2-2x1-1x2"),
  "sampling 4x1, 2x1, 2x1": readJpeg("sampled-4x1-2x1-2x1"),
  "a scan for each component": readJpeg("several-scans"),
  "the scan twice": Buffer.concat([usual.subarray(0, -2), usual.subarray(offsetOf(usual, code.scan))]),
  "RGB by component names": readJpeg("rgb"),
  "YCbCr by JFIF, RGB by component names": named(full, [82, 71, 66]),
  "RGB by Adobe's mark": withSegments(withoutJfif(full), adobe(0)),
  "YCbCr by JFIF, RGB by Adobe's mark": withSegments(full, adobe(0)),
  "no Huffman tables": withoutTables(usual),
  "EXIF after the scan": beforeEnd(usual, exif(6)),
  "bytes between segments": withSegments(usual, Buffer.from("stray")),
  "no end, but zeros": Buffer.concat([usual.subarray(0, -2), Buffer.alloc(100)]),
};

const frameOf = (data: Buffer): EncodedImageSample & Disposable => ({
  ...{ type: "image", encoding: "jpeg", ...jpegSize, data: new Uint8Array(data), timestamp: 0 },
  [Symbol.dispose]() {},
});

describe("plainJpegParts", () => {
  test.each(Object.entries(plain))("returns a JPEG with %s without application segments", (_, jpeg) => {
    const parts = plainJpegParts(jpeg, jpegSize);
    const bytes = Buffer.concat(parts ?? []);
    expect(bytes.subarray(-2)).toEqual(Buffer.of(0xff, code.endOfImage));
    for (const name of ["JFIF", "Exif", "Adobe", "ICC_PROFILE", "AVI1", "LJIF", "Metasoft", "CS=", "http"]) {
      expect(bytes.indexOf(name)).toBe(-1);
    }
    expect(parts?.every((part) => part.buffer === jpeg.buffer)).toBe(true);
  });

  test.each(Object.entries(unusual))("returns undefined for a JPEG with %s", (_, jpeg) => {
    expect(plainJpegParts(jpeg, jpegSize)).toBeUndefined();
  });

  test.each([
    [
      "a size other than the sample's",
      changed(usual, (copy) => copy.writeUInt8(49, offsetOf(copy, 0xc0) + 6)),
    ],
    ["no height", changed(usual, (copy) => copy.fill(0, offsetOf(copy, 0xc0) + 5, offsetOf(copy, 0xc0) + 7))],
    ["12 bits per sample", changed(usual, (copy) => copy.writeUInt8(12, offsetOf(copy, 0xc0) + 4))],
    [
      "two frame headers",
      withSegments(usual, usual.subarray(offsetOf(usual, 0xc0), offsetOf(usual, 0xc0) + 19)),
    ],
    ["a segment that is too long", withSegments(usual, Buffer.of(0xff, 0xdb, 0xff, 0xff))],
    ["no data", Buffer.alloc(0)],
    ["only a start and an end", Buffer.of(0xff, 0xd8, 0xff, 0xd9)],
    ["other bytes", Buffer.from("GIF89a, which is not a JPEG")],
  ])("returns undefined for a JPEG with %s", (_, jpeg) => {
    expect(plainJpegParts(jpeg, jpegSize)).toBeUndefined();
  });

  test("returns undefined for every JPEG whose header is cut off", () => {
    for (let length = 0; length < offsetOf(usual, code.scan) + 14; length++) {
      const cut = Buffer.concat([usual.subarray(0, length), usual.subarray(-2)]);
      expect(plainJpegParts(cut, jpegSize)).toBeUndefined();
    }
  });

  test("returns undefined for a progressive JPEG of more than 100 scans", () => {
    const progressive = readJpeg("progressive");
    const lastScan = progressive.subarray(progressive.lastIndexOf(Uint8Array.of(0xff, code.scan)), -2);
    const scans = (count: number) => beforeEnd(progressive, Buffer.concat(Array(count - 10).fill(lastScan)));
    expect(plainJpegParts(scans(100), jpegSize)).toBeDefined();
    expect(plainJpegParts(scans(101), jpegSize)).toBeUndefined();
  });

  test("returns undefined for more blocks than ffmpeg accepts for the length", () => {
    const sized = (width: number, height: number) =>
      changed(usual, (copy) => {
        copy.writeUInt16BE(height, offsetOf(copy, code.frame) + 5);
        copy.writeUInt16BE(width, offsetOf(copy, code.frame) + 7);
      });
    const most = (usual.length - 18) * 4;
    const isPlain = (columns: number, rows: number) =>
      plainJpegParts(sized(columns * 8, rows * 8), { codedWidth: columns * 8, codedHeight: rows * 8 }) !==
      undefined;
    expect([isPlain(1, most), isPlain(1, most + 1)]).toEqual([true, false]);
  });
});

describe.skipIf(isMissing("ffmpeg"))("FramePacker with JPEGs", () => {
  const codec = new BroadcastImageCodec();
  const size = { width: jpegSize.codedWidth, height: jpegSize.codedHeight };
  let cmyk: Buffer;
  beforeAll(async () => {
    cmyk = await sharp(usual).toColourspace("cmyk").jpeg().toBuffer();
  });

  test.each(["mjpeg", "bmp"] as const)(
    "ffmpeg decodes every packet of a %s track as the codec does",
    async (decoder) => {
      const packer = new FramePacker(frameOf(decoder === "mjpeg" ? usual : readJpeg("arithmetic")));
      const all = { ...plain, ...unusual, CMYK: cmyk };
      const packets = [];
      for (const jpeg of Object.values(all))
        packets.push({ parts: await packer.pack(frameOf(jpeg)), ...size });
      const decoded = await decodePackets(decoder, packets);
      for (const [index, [name, jpeg]] of Object.entries(all).entries()) {
        const metadata = { encoding: "jpeg", ...jpegSize, timestamp: 0 } as const;
        const expected = await codec.decode(jpeg, metadata, { format: "RGB" });
        expect(meanError(decoded[index], expected), name).toBeLessThan(decoder === "mjpeg" ? 2.5 : 0.01);
      }
    },
  );

  test("stores plain JPEGs unchanged, and rejects those that the codec rejects", async () => {
    const packer = new FramePacker(frameOf(usual));
    const sample = frameOf(usual);
    const [start, rest] = await packer.pack(sample);
    expect([start?.buffer, rest?.buffer]).toEqual([sample.data.buffer, sample.data.buffer]);
    for (const broken of [usual.subarray(0, 600), usual.subarray(0, -2), Buffer.from("no JPEG")]) {
      await expect(packer.pack(frameOf(broken))).rejects.toMatchObject({ code: "ERR_IMAGE_UNDECODABLE" });
    }
    await expect(packer.pack({ ...frameOf(usual), codedWidth: 71 })).rejects.toMatchObject({
      code: "ERR_IMAGE_SIZE_MISMATCH",
    });
  });
});
