import { ImageCodecError } from "../checks/image-codec-error.ts";
import type {
  JpegEngineName,
  JpegOptions,
  ResolvedImageCodecOptions,
} from "../options/image-codec-options.ts";
import type { RawImage } from "../sample/image-metadata.ts";
import type { ImageEncoding } from "../sample/image-sample.ts";
import type { PixelGeometry } from "../sample/planes.ts";
import { loadJpegEngine, loadSharp } from "./load-engine.ts";
import { encodeWithSharp } from "./sharp-codec.ts";

/** Compresses an image. PNG and WebP keep alpha, JPEG ignores it. */
export async function encodeImage(
  { metadata, data }: RawImage,
  encoding: ImageEncoding,
  options: ResolvedImageCodecOptions,
): Promise<Uint8Array> {
  if (encoding === "jpeg") return encodeJpeg(data, metadata, options);
  const sharp = await loadSharp();
  try {
    return await encodeWithSharp(sharp, data, metadata, { ...options, encoding });
  } catch (cause) {
    throw encodeFailed(encoding, cause);
  }
}

interface EncodeJpegOptions extends JpegOptions {
  readonly engine?: JpegEngineName | undefined;
}

/** Compresses an image as JPEG and ignores its alpha. The data must hold every row. */
export async function encodeJpeg(
  data: Uint8Array,
  geometry: PixelGeometry,
  options: EncodeJpegOptions,
): Promise<Uint8Array> {
  const engine = await loadJpegEngine(options.engine);
  try {
    return await engine.encode(data, geometry, options);
  } catch (cause) {
    throw encodeFailed("jpeg", cause);
  }
}

function encodeFailed(encoding: string, cause: unknown): ImageCodecError {
  if (cause instanceof ImageCodecError) return cause;
  const message = `The image could not be compressed as ${encoding}`;
  return new ImageCodecError("ERR_IMAGE_ENCODE_FAILED", message, { cause });
}
