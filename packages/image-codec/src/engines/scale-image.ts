import { ImageCodecError } from "../checks/image-codec-error.ts";
import { exactBytes } from "../memory/allocate.ts";
import { convertedMetadata, convertImage } from "../pixels/convert-image.ts";
import type { RawImage } from "../sample/image-metadata.ts";
import { isYuvFormat } from "../sample/pixel-format.ts";
import { type CodedSize, planesOf } from "../sample/planes.ts";
import { loadSharp } from "./optional-package.ts";
import { heedWarnings } from "./sharp-codec.ts";

/**
 * The picture in another size, tightly packed. It keeps its format, but I420 and NV12 become RGB.
 * Rejects with `ERR_IMAGE_ENGINE_MISSING` without sharp.
 */
export async function scaleImage(picture: RawImage, size: CodedSize): Promise<RawImage> {
  const { metadata } = picture;
  const sharp = await loadSharp();
  const hasAlpha = metadata.format.endsWith("A");
  const channels = hasAlpha ? 4 : 3;
  const raw = { width: metadata.codedWidth, height: metadata.codedHeight, channels } as const;
  const { codedWidth: width, codedHeight: height } = size;
  try {
    const pixels = await heedWarnings(sharp(scalablePixels(picture), { raw, limitInputPixels: false }))
      .resize({ width, height, fit: "fill", kernel: "linear" })
      .raw()
      .toBuffer();
    return scaledImage(picture, size, exactBytes(pixels));
  } catch (cause) {
    if (cause instanceof ImageCodecError) throw cause;
    throw new ImageCodecError("ERR_IMAGE_ENCODE_FAILED", "sharp could not scale the picture", { cause });
  }
}

/**
 * Four channels where the last one is alpha, which sharp weighs the others with, else three.
 * Which of the colours comes first is all the same to it.
 */
function scalablePixels({ metadata, data }: RawImage): Uint8Array {
  const { format } = metadata;
  const [{ offset, stride, rowBytes, end }] = planesOf(metadata);
  const isScalable = format.endsWith("A") || format === "RGB";
  if (isScalable && stride === rowBytes) return data.subarray(offset, end);
  return convertImage(data, metadata, isScalable ? format : "RGB");
}

function scaledImage({ metadata }: RawImage, size: CodedSize, pixels: Uint8Array): RawImage {
  const { format } = metadata;
  if (isYuvFormat(format))
    return { metadata: { ...convertedMetadata(metadata, "RGB"), ...size }, data: pixels };
  const data = format.endsWith("X") ? convertImage(pixels, { format: "RGB", ...size }, format) : pixels;
  return { metadata: { ...convertedMetadata(metadata, format), ...size }, data };
}
