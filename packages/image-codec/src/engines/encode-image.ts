import { ImageCodecError } from "../checks/image-codec-error.ts";
import type {
  JpegEngineName,
  JpegOptions,
  ResolvedImageCodecOptions,
} from "../options/image-codec-options.ts";
import type { RawImage } from "../sample/image-metadata.ts";
import type { ImageEncoding } from "../sample/image-sample.ts";
import type { PixelGeometry } from "../sample/planes.ts";
import { loadJpegEngine } from "./load-engine.ts";
import { loadSharp } from "./optional-package.ts";
import { encodeWithSharp } from "./sharp-codec.ts";

/** Compresses a picture. JPEG ignores alpha, the others keep it. */
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

/** Compresses a picture whose data is known to hold every row. Alpha is ignored. */
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

/** The error to throw when the encoder failed. */
function encodeFailed(encoding: string, cause: unknown): ImageCodecError {
  if (cause instanceof ImageCodecError) return cause;
  const message = `The picture could not be compressed as ${encoding}`;
  return new ImageCodecError("ERR_IMAGE_ENCODE_FAILED", message, { cause });
}
