import { encodeFailed, encodeJpeg } from "./encode-jpeg.ts";
import { encodeWithSharp } from "./encode-with-sharp.ts";
import type { ResolvedImageCodecOptions } from "./image-codec-options.ts";
import type { ImageEncoding } from "./image-sample.ts";
import { loadSharp } from "./load-sharp.ts";
import type { RawPicture } from "./raw-picture.ts";

/** Compresses a picture. JPEG ignores alpha, the others keep it. */
export async function encodePicture(
  { metadata, data }: RawPicture,
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
