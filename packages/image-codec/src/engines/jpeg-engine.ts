import type { Allocate } from "../memory/allocate.ts";
import type { JpegEngineName, JpegOptions } from "../options/image-codec-options.ts";
import type { RgbFormat } from "../sample/pixel-format.ts";
import type { CodedSize, PixelGeometry } from "../sample/planes.ts";

/** Compresses and decompresses JPEG. */
export interface JpegEngine {
  readonly name: JpegEngineName;
  /**
   * Compresses an image whose data holds every row. Alpha is ignored. Resolves with bytes in an ArrayBuffer of exactly
   * their length; rejects with the engine's own error.
   */
  encode(data: Uint8Array, geometry: PixelGeometry, options: JpegOptions): Promise<Uint8Array>;
  /**
   * Decompresses a JPEG whose header was checked; `size` is the size in that header. Resolves with tightly packed rows in an
   * ArrayBuffer of exactly their length; rejects with the engine's own error.
   */
  decode(data: Uint8Array, size: CodedSize, target: PixelTarget): Promise<DecodedPixels>;
}

/** Pixels that an engine decoded. */
export interface DecodedPixels {
  readonly data: Uint8Array;
  /** Whether the engine warned while it decoded these pixels. The warning may be about another image. */
  readonly isWarned: boolean;
}

/** The format of decoded pixels, and the memory for them. Default: new memory. */
export interface PixelTarget {
  readonly format: RgbFormat;
  readonly allocate?: Allocate | undefined;
}
