import type { ImageColorSpace } from "./color-space.ts";
import type { PixelFormat } from "./pixel-format.ts";

/** Where a plane of pixels lies in the data, in bytes (WebCodecs `PlaneLayout`). */
export interface PlaneLayout {
  /** Position of the first row in the data. */
  readonly offset: number;
  /** Distance from the start of one row to the start of the next. */
  readonly stride: number;
}

/** Clockwise rotation, in degrees, that a viewer applies before it shows the image (WebCodecs `rotation`). */
export type Rotation = 0 | 90 | 180 | 270;

/** A rectangle of an image, in pixels from its top left corner. */
export interface ImageRegion {
  /** Column of the left edge. */
  readonly x: number;
  /** Row of the top edge. */
  readonly y: number;
  /** Number of columns. */
  readonly width: number;
  /** Number of rows. */
  readonly height: number;
}

/** The encoding of a compressed image. */
export type ImageEncoding = "jpeg" | "png" | "webp";

/**
 * An uncompressed image.
 *
 * @example
 * ```js
 * const sample = {
 *   type: "image",
 *   format: "BGRA",
 *   codedWidth: 1280,
 *   codedHeight: 720,
 *   data: new Uint8Array(1280 * 720 * 4),
 *   timestamp: Number(process.hrtime.bigint() / 1_000n),
 * };
 * ```
 */
export interface ImageSample {
  readonly type: "image";
  /** Format of the pixels in `data`. */
  readonly format: PixelFormat;
  /** Pixels in a row. */
  readonly codedWidth: number;
  /** Number of rows. */
  readonly codedHeight: number;
  /** The pixels, row by row from the top. */
  readonly data: Uint8Array;
  /** One entry for each plane. Default: planes are tightly packed, one after the other. */
  readonly layout?: readonly PlaneLayout[] | undefined;
  /** Clockwise rotation before the image is shown. Default 0. */
  readonly rotation?: Rotation | undefined;
  /** Default for I420 and NV12: BT.709 in limited range. */
  readonly colorSpace?: ImageColorSpace | undefined;
  /** The regions that may differ from the previous image of the stream. Default: the whole image. */
  readonly damage?: readonly ImageRegion[] | undefined;
  /** Microseconds of the machine's monotonic clock (`process.hrtime`) at capture. */
  readonly timestamp: number;
  /** Releases the memory of `data`. The owner of the sample calls this method once, after the last use of `data`. */
  [Symbol.dispose]?(): void;
}

/** The fields that all kinds of image metadata have. */
export interface MetadataFields {
  /** Pixels in a row, 1 to 65535. */
  readonly codedWidth: number;
  /** Number of rows, 1 to 65535. */
  readonly codedHeight: number;
  /** Clockwise rotation before the image is shown. Default 0. */
  readonly rotation?: Rotation;
  /** Whole microseconds of the capturing machine's monotonic clock, 0 or more. */
  readonly timestamp: number;
}

/** A compressed image. */
export interface EncodedImageSample {
  readonly type: "image";
  /** Encoding of `data`. */
  readonly encoding: ImageEncoding;
  /** Pixels in a row, as in the header of the compressed image. */
  readonly codedWidth: number;
  /** Number of rows, as in the header of the compressed image. */
  readonly codedHeight: number;
  /** The compressed image. */
  readonly data: Uint8Array;
  /** Clockwise rotation before the image is shown. Default 0. */
  readonly rotation?: Rotation | undefined;
  /** Microseconds of the machine's monotonic clock (`process.hrtime`) at capture. */
  readonly timestamp: number;
  /** Releases the memory of `data`. The owner of the sample calls this method once, after the last use of `data`. */
  [Symbol.dispose]?(): void;
}
