import type { Allocate } from "../memory/allocate.ts";
import type { JpegEngineName, JpegOptions } from "../options/image-codec-options.ts";
import type { RgbFormat } from "../sample/pixel-format.ts";
import type { CodedSize, PixelGeometry } from "../sample/planes.ts";

/** Compresses and decompresses JPEG. */
export interface JpegEngine {
  readonly name: JpegEngineName;
  /**
   * Compresses an image and ignores its alpha. The data must hold every row. Resolves with bytes that fill their
   * ArrayBuffer. Rejects with the error of the engine.
   */
  encode(data: Uint8Array, geometry: PixelGeometry, options: JpegOptions): Promise<Uint8Array>;
  /**
   * Decompresses a JPEG. Its header must have been checked, and `size` must be the size in that header. Resolves with
   * tightly packed rows that fill their ArrayBuffer. Rejects with the error of the engine.
   */
  decode(data: Uint8Array, size: CodedSize, target: PixelTarget): Promise<DecodedPixels>;
}

/** Pixels that an engine decoded. */
export interface DecodedPixels {
  readonly data: Uint8Array;
  /**
   * Whether the engine emitted a warning during the decoding. The warning may concern another image that was decoded at
   * the same time.
   */
  readonly isWarned: boolean;
}

/** Format of the decoded pixels, and the function that allocates them. By default, new memory is allocated. */
export interface PixelTarget {
  readonly format: RgbFormat;
  readonly allocate?: Allocate | undefined;
}
