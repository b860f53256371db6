import type { Allocate } from "../memory/allocate.ts";
import type { JpegEngineName, JpegOptions } from "../options/image-codec-options.ts";
import type { RgbFormat } from "../sample/pixel-format.ts";
import type { CodedSize, PixelGeometry } from "../sample/planes.ts";

/** Makes JPEGs of pictures that hold every row, and pictures of JPEGs whose header was checked. */
export interface JpegEngine {
  readonly name: JpegEngineName;
  /** Alpha is ignored. Gives exactly sized memory of its own; rejects with the engine's reason. */
  encode(data: Uint8Array, geometry: PixelGeometry, options: JpegOptions): Promise<Uint8Array>;
  /** The size is that in the JPEG's own header. Gives tight rows in exactly sized memory of their own; rejects with the engine's reason. */
  decode(data: Uint8Array, size: CodedSize, target: PixelTarget): Promise<DecodedPixels>;
}

/** What an engine made of a compressed picture. */
export interface DecodedPixels {
  readonly data: Uint8Array;
  /** Whether the engine warned meanwhile, maybe about another picture, and made these pixels all the same. */
  readonly isWarned: boolean;
}

/** What to make of a compressed picture, and where; by default in new memory. */
export interface PixelTarget {
  readonly format: RgbFormat;
  readonly allocate?: Allocate | undefined;
}
