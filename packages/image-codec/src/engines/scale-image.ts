import { ImageCodecError } from "../checks/image-codec-error.ts";
import { exactBytes } from "../memory/allocate.ts";
import { convertedMetadata, convertImage } from "../pixels/convert-image.ts";
import type { RawImage } from "../sample/image-metadata.ts";
import { isYuvFormat } from "../sample/pixel-format.ts";
import { type CodedSize, planesOf } from "../sample/planes.ts";
import { loadSharp } from "./load-engine.ts";
import { noteWarnings } from "./sharp-codec.ts";

/**
 * Scales an image to another size. The result is tightly packed and has the format of the image, except that I420 and
 * NV12 become RGB. Rejects with `ERR_IMAGE_ENGINE_MISSING` if sharp is not installed.
 */
export async function scaleImage(image: RawImage, size: CodedSize): Promise<RawImage> {
  const { metadata } = image;
  const sharp = await loadSharp();
  const hasAlpha = metadata.format.endsWith("A");
  const channels = hasAlpha ? 4 : 3;
  const raw = { width: metadata.codedWidth, height: metadata.codedHeight, channels } as const;
  const { codedWidth: width, codedHeight: height } = size;
  try {
    const pixels = await noteWarnings(sharp(scalablePixels(image), { raw, limitInputPixels: false }))
      .resize({ width, height, fit: "fill", kernel: "linear" })
      .raw()
      .toBuffer();
    return scaledImage(image, size, exactBytes(pixels));
  } catch (cause) {
    if (cause instanceof ImageCodecError) throw cause;
    throw new ImageCodecError("ERR_IMAGE_ENCODE_FAILED", "sharp could not scale the image", { cause });
  }
}

/**
 * Returns tightly packed pixels for sharp: four channels if the format has alpha, otherwise three. An X byte is
 * removed, because sharp would treat X as alpha and weight the colours with it. The order of the colours does not affect
 * scaling.
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
