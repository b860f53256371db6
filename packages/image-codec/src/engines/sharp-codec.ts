import type { Sharp as Pipeline, default as Sharp } from "sharp";
import { type Allocate, exactBytes } from "../memory/allocate.ts";
import { SpareBuffer } from "../memory/spare-buffer.ts";
import type { JpegOptions } from "../options/image-codec-options.ts";
import { convertImage } from "../pixels/convert-image.ts";
import { convertRgb } from "../pixels/convert-rgb.ts";
import type { ImageEncoding } from "../sample/image-sample.ts";
import { bytesPerPixel } from "../sample/pixel-format.ts";
import { type CodedSize, type PixelGeometry, planesOf } from "../sample/planes.ts";
import type { DecodedPixels, JpegEngine, PixelTarget } from "./jpeg-engine.ts";

interface SharpEncodeOptions extends JpegOptions {
  readonly encoding: ImageEncoding;
}

/** Pictures that have to be packed are as large as those that are given, so the memory for it is kept. */
const spare = new SpareBuffer();

/** Compresses a picture whose data is known to hold every row. PNG and WebP keep alpha, and nothing is blended. */
export async function encodeWithSharp(
  sharp: typeof Sharp,
  data: Uint8Array,
  geometry: PixelGeometry,
  { encoding, quality, chromaSubsampling }: SharpEncodeOptions,
): Promise<Uint8Array> {
  const keepsAlpha = encoding !== "jpeg" && geometry.format.endsWith("A");
  let packed: Buffer | undefined;
  const picture = sharpPixels(sharp, data, geometry, keepsAlpha ? "RGBA" : "RGB", (length) => {
    packed = spare.take(length);
    return packed.subarray(0, length);
  });
  switch (encoding) {
    case "jpeg":
      // Optimised Huffman tables save few bytes and cost twice the time.
      picture.jpeg({ quality, chromaSubsampling, optimiseCoding: false });
      break;
    case "png":
      picture.png({ compressionLevel: 1 });
      break;
    case "webp":
      picture.webp({ quality, effort: 0 });
      break;
  }
  try {
    return exactBytes(await picture.toBuffer());
  } finally {
    if (packed) spare.give(packed);
  }
}

/**
 * The picture as sharp takes it, tight and red first, in this format; where it is not, packed into what `allocate` gives.
 * An alpha is dropped here rather than by sharp, which takes several times as long.
 */
function sharpPixels(
  sharp: typeof Sharp,
  data: Uint8Array,
  geometry: PixelGeometry,
  format: "RGB" | "RGBA",
  allocate: Allocate,
): Pipeline {
  const { codedWidth: width, codedHeight: height } = geometry;
  const [{ offset, stride, rowBytes, end }] = planesOf(geometry);
  const isTaken = stride === rowBytes && geometry.format === format;
  const pixels = isTaken ? data.subarray(offset, end) : convertImage(data, geometry, format, allocate);
  const raw = { width, height, channels: bytesPerPixel[format] as 3 | 4 };
  return heedWarnings(sharp(pixels, { raw, limitInputPixels: false }));
}

/** Decompresses any picture that starts as its encoding does, to tight rows; its size must be the one given. */
export async function decodeWithSharp(
  sharp: typeof Sharp,
  data: Uint8Array,
  { codedWidth, codedHeight }: CodedSize,
  { format, allocate }: PixelTarget,
): Promise<DecodedPixels> {
  const picture = heedWarnings(sharp(data, { limitInputPixels: codedWidth * codedHeight, pages: 1 }));
  // Any operation more, and sharp's cache may keep the picture and its warnings.
  const raw = (format === "RGB" ? picture.removeAlpha() : picture)
    .toColourspace("srgb")
    .raw({ depth: "uchar" });
  const { result, isWarned } = await withWarnings(raw.toBuffer({ resolveWithObject: true }));
  const { data: pixels, info } = result;
  const { width, height, channels } = info;
  if (width !== codedWidth || height !== codedHeight || (channels !== 3 && channels !== 4)) {
    throw new RangeError(`sharp read ${width}x${height} pixels of ${channels} channels`);
  }
  const decoded = { format: channels === 3 ? "RGB" : "RGBA", codedWidth, codedHeight } as const;
  // sharp decodes into memory of its own alone, which may be kept where it is all the same whose it is.
  const isDone = !allocate && format === decoded.format;
  return { data: isDone ? exactBytes(pixels) : convertRgb(pixels, decoded, format, allocate), isWarned };
}

/** JPEG by sharp, tuned for video. */
export function sharpJpeg(sharp: typeof Sharp): JpegEngine {
  return {
    name: "sharp",
    encode: (data, geometry, options) =>
      encodeWithSharp(sharp, data, geometry, { ...options, encoding: "jpeg" }),
    decode: (data, size, target) => decodeWithSharp(sharp, data, size, target),
  };
}

interface Task {
  isWarned: boolean;
}

const underWay = new Set<Task>();

/**
 * Listens to the warnings of a pipeline. sharp keeps the warnings of all pipelines in one place, and the one that ends
 * next emits them, so each pipeline of this package has to be listened to.
 */
export function heedWarnings(pipeline: Pipeline): Pipeline {
  return pipeline.on("warning", () => {
    for (const task of underWay) task.isWarned = true;
  });
}

/** Waits for a pipeline that {@link heedWarnings} listens to; `isWarned` says whether it, or another one meanwhile, has warned. */
async function withWarnings<T>(
  output: Promise<T>,
): Promise<{ readonly result: T; readonly isWarned: boolean }> {
  const task: Task = { isWarned: false };
  underWay.add(task);
  try {
    const result = await output;
    return { result, isWarned: task.isWarned };
  } finally {
    underWay.delete(task);
  }
}
