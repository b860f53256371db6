import type { PixelFormat, Rotation } from "@broadcast-ipc/image-codec";
import { BroadcastImageCodec } from "@broadcast-ipc/image-codec";
import type { ReceivedImageSample } from "@broadcast-ipc/receiver";
import sharp from "sharp";
import type { RgbFrame } from "./decoded-pixels.ts";

/** A colour as red, green and blue. */
type Colour = readonly [number, number, number];

/** Colours of the quarters of a marked frame, clockwise from the top left corner. */
export const corners: readonly Colour[] = [
  [220, 40, 30],
  [40, 180, 60],
  [30, 60, 200],
  [230, 220, 90],
];

/** Returns the colours of the quarters after a rotation, clockwise from the top left corner. */
export function cornersAfter(rotation: Rotation): Colour[] {
  const turns = rotation / 90;
  return corners.map((_, index) => corners[(index - turns + 4) % 4] as Colour);
}

/** Makes RGB pixels with a different colour in each quarter. */
export function markedPixels(width: number, height: number): Uint8Array {
  const pixels = new Uint8Array(width * height * 3);
  for (let index = 0; index < width * height; index++) {
    const isLeft = index % width < width / 2;
    const isTop = Math.floor(index / width) < height / 2;
    const corner = isTop ? (isLeft ? 0 : 1) : isLeft ? 3 : 2;
    pixels.set(corners[corner] as Colour, index * 3);
  }
  return pixels;
}

interface MarkedOptions {
  readonly timestamp: number;
  readonly rotation?: Rotation;
  readonly width?: number;
  readonly height?: number;
}

/** Makes a frame in a pixel format with a different colour in each quarter. Alpha is 0, and must be ignored. */
export async function markedFrame(
  format: PixelFormat,
  { timestamp, rotation = 0, width = 96, height = 64 }: MarkedOptions,
): Promise<ReceivedImageSample> {
  const size = { codedWidth: width, codedHeight: height };
  const rgb = markedPixels(width, height);
  const { data } = await new BroadcastImageCodec().decode(
    rgb,
    { format: "RGB", ...size, timestamp },
    { format },
  );
  if (format.length === 4 && format !== "I420" && format !== "NV12")
    for (let at = 3; at < data.length; at += 4) data[at] = 0;
  return { type: "image", format, ...size, rotation, data, timestamp, [Symbol.dispose]() {} };
}

/** Makes a JPEG frame with a different colour in each quarter. `change` may change the JPEG. */
export async function markedJpeg(
  { timestamp, rotation = 0, width = 96, height = 64 }: MarkedOptions,
  change: (jpeg: Buffer) => Buffer = (jpeg) => jpeg,
): Promise<ReceivedImageSample> {
  const raw = { width, height, channels: 3 } as const;
  const jpeg = await sharp(markedPixels(width, height), { raw }).jpeg({ quality: 95 }).toBuffer();
  const size = { codedWidth: width, codedHeight: height };
  const data = new Uint8Array(change(jpeg));
  return { type: "image", encoding: "jpeg", ...size, rotation, data, timestamp, [Symbol.dispose]() {} };
}

/**
 * Returns the largest difference to the colours that the quarters should have. `shown` is the size before the frame was
 * fitted into the file's size with black bars.
 */
export function cornerError(
  { width, height, data }: RgbFrame,
  expected: readonly Colour[],
  shown: { readonly width: number; readonly height: number } = { width, height },
): number {
  const scale = Math.min(width / shown.width, height / shown.height);
  const [right, down] = [(shown.width * scale) / 4, (shown.height * scale) / 4];
  const places = [
    [-right, -down],
    [right, -down],
    [right, down],
    [-right, down],
  ] as const;
  const errors = places.flatMap(([x, y], index) => {
    const at = (Math.floor(height / 2 + y) * width + Math.floor(width / 2 + x)) * 3;
    return (expected[index] ?? []).map((value, channel) => Math.abs(value - (data[at + channel] as number)));
  });
  return Math.max(...errors);
}
