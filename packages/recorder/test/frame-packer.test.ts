import { pixelFormats, type Rotation } from "@broadcast-ipc/image-codec";
import type { ReceivedImageSample } from "@broadcast-ipc/receiver";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { bitmapHeader } from "../src/bitmap.ts";
import { FramePacker } from "../src/frame-packer.ts";
import { uprightSize } from "../src/rotate-pixels.ts";
import { decodePackets, meanError, type RgbFrame } from "./support/decoded-pixels.ts";
import { isMissing } from "./support/is-missing.ts";
import { exif, withSegments } from "./support/jpeg-segments.ts";
import { cornerError, cornersAfter, markedFrame, markedJpeg } from "./support/marked-frame.ts";

const rotations: readonly Rotation[] = [0, 90, 180, 270];
const onlyDispose = { [Symbol.dispose]() {} };

/** Copies the planes of a frame to memory with gaps: before the first row, between planes and between rows. */
function withGaps(
  frame: ReceivedImageSample,
  { offset, gap }: { readonly offset: number; readonly gap: number },
) {
  if (!("format" in frame)) throw new TypeError("a raw frame is needed");
  const { format, codedWidth, codedHeight } = frame;
  const [columns, rows] = [Math.ceil(codedWidth / 2), Math.ceil(codedHeight / 2)];
  const luma = { bytes: codedWidth, rows: codedHeight };
  const chroma = { bytes: columns, rows };
  const planes = {
    I420: [luma, chroma, chroma],
    NV12: [luma, { bytes: columns * 2, rows }],
  }[format as string] ?? [{ bytes: codedWidth * (format === "RGB" ? 3 : 4), rows: codedHeight }];
  const bytes: number[] = Array(offset).fill(99);
  let from = 0;
  const layout = planes.map((plane) => {
    const begin = bytes.length;
    for (let row = 0; row < plane.rows; row++, from += plane.bytes) {
      bytes.push(...frame.data.subarray(from, from + plane.bytes), ...Array(gap).fill(99));
    }
    return { offset: begin, stride: plane.bytes + gap };
  });
  return { ...frame, data: Uint8Array.from(bytes), layout };
}

describe("FramePacker", () => {
  test("makes a JPEG track only if the first frame can be stored unchanged", async () => {
    const jpeg = await markedJpeg({ timestamp: 0 });
    expect(new FramePacker(jpeg).carrier).toBe("jpeg");
    expect(new FramePacker({ ...jpeg, rotation: 90 }).carrier).toBe("bitmap");
    expect(new FramePacker(await markedFrame("BGRA", { timestamp: 0 })).carrier).toBe("bitmap");
  });

  test("rejects a bitmap that ffmpeg would refuse with ERR_IMAGE_ENCODE_FAILED", async () => {
    const frame = await markedFrame("BGRA", { timestamp: 0 });
    const packer = new FramePacker(frame);
    for (const [codedWidth, codedHeight] of [
      [8192, 8192],
      [65_535, 65_535],
    ] as const) {
      const packing = packer.pack({ ...frame, codedWidth, codedHeight });
      await expect(packing).rejects.toMatchObject({ code: "ERR_IMAGE_ENCODE_FAILED" });
    }
    // One row less is small enough, so that only the missing data is reported.
    const packing = packer.pack({ ...frame, codedWidth: 8192, codedHeight: 8191 });
    await expect(packing).rejects.toMatchObject({ code: "ERR_IMAGE_DATA_TOO_SHORT" });
  });

  test.each([-1, 0.5])(
    "packs a frame with the timestamp %d, which the packet does not contain",
    async (timestamp) => {
      const raw = { ...(await markedFrame("RGB", { timestamp: 0 })), timestamp };
      const jpeg = { ...(await markedJpeg({ timestamp: 0 })), timestamp };
      expect(await new FramePacker(raw).pack(jpeg)).toHaveLength(2);
      expect(await new FramePacker(jpeg).pack(raw)).toHaveLength(1);
    },
  );

  test("stores tightly packed pixels without a copy", async () => {
    const frame = await markedFrame("BGRA", { timestamp: 0 });
    const [, pixels] = await new FramePacker(frame).pack(frame);
    expect(pixels?.buffer).toBe(frame.data.buffer);
  });

  test("reuses the memory of released packets, and of no others", async () => {
    const frame = await markedFrame("BGRA", { timestamp: 0, rotation: 90 });
    const packer = new FramePacker(frame);
    const [first, second] = [await packer.pack(frame), await packer.pack(frame)];
    expect(second[1]?.buffer).not.toBe(first[1]?.buffer);
    packer.release(first);
    packer.release(first);
    const [third, fourth] = [await packer.pack(frame), await packer.pack(frame)];
    expect(third[1]?.buffer).toBe(first[1]?.buffer);
    expect([first[1]?.buffer, second[1]?.buffer]).not.toContain(fourth[1]?.buffer);
  });

  test("does not keep the sample's memory of a released packet", async () => {
    const frame = await markedFrame("BGRA", { timestamp: 0 });
    const packer = new FramePacker(frame);
    packer.release(await packer.pack(frame));
    const [, pixels] = await packer.pack({ ...frame, rotation: 180 });
    expect(pixels?.buffer).not.toBe(frame.data.buffer);
  });

  test.each(["raw", "jpeg"] as const)(
    "rejects invalid frames after a %s frame, and packs the next one",
    async (first) => {
      const raw = await markedFrame("BGRA", { timestamp: 0 });
      const jpeg = await markedJpeg({ timestamp: 0 });
      const packer = new FramePacker(first === "raw" ? raw : jpeg);
      const short = { ...raw, data: raw.data.subarray(1) };
      await expect(packer.pack(short)).rejects.toMatchObject({ code: "ERR_IMAGE_DATA_TOO_SHORT" });
      const broken = [
        { ...raw, codedWidth: 0 },
        { ...raw, rotation: 45 },
        { ...raw, layout: [{ offset: 0, stride: 1 }] },
        { ...jpeg, data: undefined },
        { ...jpeg, codedHeight: 63 },
      ] as unknown as ReceivedImageSample[];
      for (const each of broken)
        await expect(packer.pack(each)).rejects.toHaveProperty("name", "ImageCodecError");
      expect(await packer.pack(raw)).not.toHaveLength(0);
    },
  );
});

describe.skipIf(isMissing("ffmpeg"))("FramePacker with ffmpeg", () => {
  const layouts = [
    { offset: 0, gap: 12 },
    { offset: 16, gap: 0 },
    { offset: 3, gap: 5 },
    { offset: 4, gap: 1 },
  ];

  test.each(layouts)(
    "packs all formats with a gap of $gap bytes and an offset of $offset",
    async (layout) => {
      const frames: ReceivedImageSample[] = [];
      for (const format of pixelFormats)
        for (const width of [34, 35])
          for (const rotation of rotations)
            frames.push(
              withGaps(await markedFrame(format, { timestamp: 0, rotation, width, height: 34 }), layout),
            );
      const packer = new FramePacker(frames[0] as ReceivedImageSample);
      const packets = [];
      for (const frame of frames) packets.push({ parts: await packer.pack(frame), ...uprightSize(frame) });
      const decoded = await decodePackets("bmp", packets);
      frames.forEach(({ rotation = 0, ...frame }, index) => {
        const error = cornerError(decoded[index] as RgbFrame, cornersAfter(rotation));
        expect(error, `${"format" in frame && frame.format} with rotation ${rotation}`).toBeLessThanOrEqual(
          3,
        );
      });
    },
  );

  test("packs odd and tiny sizes in all rotations without a loss", async () => {
    const packets = [];
    const expected = [];
    for (const [width, height] of [
      [1, 1],
      [1, 7],
      [9, 1],
      [3, 5],
      [65, 33],
    ] as const) {
      const pixels = Uint8Array.from({ length: width * height * 3 }, (_, index) => (index * 89) % 256);
      const image = () => sharp(pixels, { raw: { width, height, channels: 3 } });
      const data = new Uint8Array(await image().png().toBuffer());
      for (const rotation of rotations) {
        const size = { codedWidth: width, codedHeight: height, rotation };
        const frame = {
          type: "image",
          encoding: "png",
          ...size,
          data,
          timestamp: 0,
          ...onlyDispose,
        } as const;
        packets.push({ parts: await new FramePacker(frame).pack(frame), ...uprightSize(frame) });
        expected.push(await image().rotate(rotation).raw().toBuffer());
      }
    }
    const decoded = await decodePackets("bmp", packets);
    expected.forEach((data, index) => {
      expect(meanError(decoded[index], { data })).toBe(0);
    });
  });

  test("a rotated JPEG in a JPEG track keeps its pixels within the loss of quality 95", async () => {
    const upright = await markedJpeg({ timestamp: 0 }, (jpeg) => withSegments(jpeg, exif(8)));
    const packer = new FramePacker(upright);
    const packets = [];
    for (const rotation of rotations) {
      const frame = { ...upright, rotation };
      packets.push({ parts: await packer.pack(frame), ...uprightSize(frame) });
    }
    const decoded = await decodePackets("mjpeg", packets);
    rotations.forEach((rotation, index) => {
      expect(cornerError(decoded[index] as RgbFrame, cornersAfter(rotation))).toBeLessThanOrEqual(6);
    });
  });

  test("packs an 8K frame with a rotation", async () => {
    const size = { codedWidth: 7680, codedHeight: 4320 };
    const data = new Uint8Array(7680 * 4320 * 4);
    new Uint32Array(data.buffer).fill(0xff_28_b4_3c, 0, 7680);
    const frame = { type: "image", format: "RGBA", ...size, data, timestamp: 0, ...onlyDispose } as const;
    const [header, pixels] = await new FramePacker(frame).pack({ ...frame, rotation: 90 });
    expect(header).toEqual(bitmapHeader("RGBA", 4320, 7680));
    const words = new Uint32Array((pixels as Uint8Array).buffer);
    expect([words[4318], words[4319], words.at(-1)]).toEqual([0, 0xff_28_b4_3c, 0xff_28_b4_3c]);
  });
});
