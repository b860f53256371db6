import {
  BroadcastImageCodec,
  type ImageSample,
  type PixelFormat,
  type RawImageMetadata,
} from "@broadcast-ipc/image-codec";

/** Red, green and blue. */
export type Color = readonly [number, number, number];

/** The colours of the corners of test frames: top left, top right, bottom left, bottom right. */
export const corners: readonly Color[] = [
  [220, 30, 30],
  [30, 200, 30],
  [30, 30, 220],
  [220, 220, 30],
];

/** A frame to send. */
export interface TestFrame {
  readonly metadata: { readonly codedWidth: number; readonly codedHeight: number };
  readonly data: Uint8Array;
}

/** Returns a raw frame whose quarters have the given colours. */
export function rawFrame(
  width: number,
  height: number,
  colors: readonly Color[] = corners,
  format: PixelFormat = "RGBA",
): TestFrame {
  const size = format === "RGB" ? 3 : 4;
  const data = new Uint8Array(width * height * size).fill(format.endsWith("X") ? 0 : 255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const quarter = (y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1);
      const color = colors[quarter] ?? colors[0] ?? [0, 0, 0];
      const ordered = format.startsWith("B") ? color.toReversed() : color;
      data.set(ordered, (y * width + x) * size);
    }
  }
  return { metadata: { format, codedWidth: width, codedHeight: height } as TestFrame["metadata"], data };
}

/** Returns a raw frame as a sample for a codec. */
export function sampleOf({ metadata, data }: TestFrame): ImageSample {
  return { type: "image", ...(metadata as RawImageMetadata), timestamp: 1, data };
}

/** Compresses a raw frame. */
export async function compressed(frame: TestFrame, encoding: "jpeg" | "png" | "webp"): Promise<TestFrame> {
  const codec = new BroadcastImageCodec({ encoding, quality: 95 });
  const { metadata, data } = await codec.encode(sampleOf(frame));
  return { metadata, data };
}

/** Adds EXIF data with an orientation to a JPEG. */
export function orientedJpeg({ metadata, data }: TestFrame, orientation: number): TestFrame {
  const exif = [
    // APP1, its length, "Exif", and a big-endian TIFF header.
    ...[0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8],
    // One entry: tag 0x0112, type 3 (short), one value. No further directory.
    ...[0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0],
  ];
  return { metadata, data: Uint8Array.from([...data.subarray(0, 2), ...exif, ...data.subarray(2)]) };
}
