import { ImageCodecError } from "./image-codec-error.ts";
import type { JpegEngineName, JpegOptions } from "./image-codec-options.ts";
import { loadJpegEngine } from "./jpeg-engine.ts";
import type { PixelGeometry } from "./picture-planes.ts";

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

/** The error for a picture that its encoder refused. */
export function encodeFailed(encoding: string, cause: unknown): ImageCodecError {
  const message = `The picture could not be compressed as ${encoding}`;
  return new ImageCodecError("ERR_IMAGE_ENCODE_FAILED", message, { cause });
}
