import type { Sharp as Pipeline, default as Sharp } from "sharp";
import { type Allocate, exactBytes } from "../memory/allocate.ts";
import { SpareBuffer } from "../memory/spare-buffer.ts";
import type { JpegOptions } from "../options/image-codec-options.ts";
import { convertImage } from "../pixels/convert-image.ts";
import type { ImageEncoding } from "../sample/image-sample.ts";
import { bytesPerPixel } from "../sample/pixel-format.ts";
import { type CodedSize, type PixelGeometry, planesOf } from "../sample/planes.ts";
import type { DecodedPixels, JpegEngine, PixelTarget } from "./jpeg-engine.ts";

interface SharpEncodeOptions extends JpegOptions {
  readonly encoding: ImageEncoding;
}

/** Reused memory for packed pixels, which are as large as the image. */
const spare = new SpareBuffer();

/** Returns the JPEG engine that uses sharp. Its settings favour speed over size. */
export function sharpJpeg(sharp: typeof Sharp): JpegEngine {
  return {
    name: "sharp",
    encode: (data, geometry, options) =>
      encodeWithSharp(sharp, data, geometry, { ...options, encoding: "jpeg" }),
    decode: (data, size, target) => decodeWithSharp(sharp, data, size, target),
  };
}

/** Compresses an image. The data must hold every row. PNG and WebP keep alpha; colours are never blended with it. */
export async function encodeWithSharp(
  sharp: typeof Sharp,
  data: Uint8Array,
  geometry: PixelGeometry,
  { encoding, quality, chromaSubsampling }: SharpEncodeOptions,
): Promise<Uint8Array> {
  const keepsAlpha = encoding !== "jpeg" && geometry.format.endsWith("A");
  let packed: Buffer | undefined;
  const pipeline = pipelineOf(sharp, data, geometry, keepsAlpha ? "RGBA" : "RGB", (length) => {
    packed = spare.take(length);
    return packed.subarray(0, length);
  });
  switch (encoding) {
    case "jpeg":
      // Optimised Huffman tables save few bytes and double the time.
      pipeline.jpeg({ quality, chromaSubsampling, optimiseCoding: false });
      break;
    case "png":
      pipeline.png({ compressionLevel: 1 });
      break;
    case "webp":
      pipeline.webp({ quality, effort: 0 });
      break;
  }
  try {
    return exactBytes(await pipeline.toBuffer());
  } finally {
    if (packed) spare.give(packed);
  }
}

/**
 * Creates a sharp pipeline for an image. sharp accepts tightly packed RGB or RGBA, so other images are packed into the
 * memory that `allocate` returns. Alpha is removed while packing, because sharp takes several times as long to remove
 * it.
 */
function pipelineOf(
  sharp: typeof Sharp,
  data: Uint8Array,
  geometry: PixelGeometry,
  format: "RGB" | "RGBA",
  allocate: Allocate,
): Pipeline {
  const { codedWidth: width, codedHeight: height } = geometry;
  const [{ offset, stride, rowBytes, end }] = planesOf(geometry);
  const isPacked = stride === rowBytes && geometry.format === format;
  const pixels = isPacked ? data.subarray(offset, end) : convertImage(data, geometry, format, allocate);
  const raw = { width, height, channels: bytesPerPixel[format] as 3 | 4 };
  return noteWarnings(sharp(pixels, { raw, limitInputPixels: false }));
}

/**
 * Decompresses an image to tightly packed rows. Its signature must have been checked. Rejects if its size is not
 * `codedWidth` x `codedHeight`.
 */
export async function decodeWithSharp(
  sharp: typeof Sharp,
  data: Uint8Array,
  { codedWidth, codedHeight }: CodedSize,
  { format, allocate }: PixelTarget,
): Promise<DecodedPixels> {
  const pipeline = noteWarnings(sharp(data, { limitInputPixels: codedWidth * codedHeight, pages: 1 }));
  // Adds no other operation to the pipeline, because sharp's cache might then keep the image and its warnings.
  const raw = (format === "RGB" ? pipeline.removeAlpha() : pipeline)
    .toColourspace("srgb")
    .raw({ depth: "uchar" });
  const { result, isWarned } = await withWarnings(raw.toBuffer({ resolveWithObject: true }));
  const { data: pixels, info } = result;
  const { width, height, channels } = info;
  if (width !== codedWidth || height !== codedHeight || (channels !== 3 && channels !== 4)) {
    throw new RangeError(
      `sharp decoded ${width}x${height} pixels of ${channels} channels, expected ${codedWidth}x${codedHeight}`,
    );
  }
  const decoded = { format: channels === 3 ? "RGB" : "RGBA", codedWidth, codedHeight } as const;
  // sharp allocates its output. The output is returned without a copy if it has the requested format and the caller
  // provides no memory.
  const isDone = !allocate && format === decoded.format;
  return { data: isDone ? exactBytes(pixels) : convertImage(pixels, decoded, format, allocate), isWarned };
}

interface Task {
  isWarned: boolean;
}

const pendingTasks = new Set<Task>();

/**
 * Listens for the warnings of a pipeline. sharp collects the warnings of all pipelines and emits them on the pipeline
 * that ends next, so every pipeline of this package must be passed to this function.
 */
export function noteWarnings(pipeline: Pipeline): Pipeline {
  return pipeline.on("warning", () => {
    for (const task of pendingTasks) task.isWarned = true;
  });
}

/** Waits for the output of a pipeline. `isWarned` is true if any pipeline emitted a warning during the wait. */
async function withWarnings<T>(
  output: Promise<T>,
): Promise<{ readonly result: T; readonly isWarned: boolean }> {
  const task: Task = { isWarned: false };
  pendingTasks.add(task);
  try {
    const result = await output;
    return { result, isWarned: task.isWarned };
  } finally {
    pendingTasks.delete(task);
  }
}
