import { BroadcastImageCodec, type PixelFormat } from "@broadcast-ipc/image-codec";

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

/** Compresses a raw frame. */
export async function compressed(frame: TestFrame, encoding: "jpeg" | "png" | "webp"): Promise<TestFrame> {
  const { metadata, data } = frame;
  const sample = { type: "image", ...metadata, timestamp: 0, data } as never;
  const codec = new BroadcastImageCodec({ encoding, quality: 95 } as never);
  const encoded = await codec.encode(sample);
  const { timestamp, ...fields } = encoded.metadata;
  return { metadata: fields, data: encoded.data };
}
