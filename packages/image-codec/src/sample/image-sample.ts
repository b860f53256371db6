import type { ImageColorSpace } from "./color-space.ts";
import type { PixelFormat } from "./pixel-format.ts";

/** Where a plane of pixels lies in the data, both in bytes (WebCodecs `PlaneLayout`). */
export interface PlaneLayout {
  readonly offset: number;
  readonly stride: number;
}

/** Degrees clockwise that a viewer turns the picture by before it shows it (WebCodecs `rotation`). */
export type Rotation = 0 | 90 | 180 | 270;

/** A rectangle of a picture, in pixels from its top left corner. */
export interface ImageRegion {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An encoding of a compressed picture. */
export type ImageEncoding = "jpeg" | "png" | "webp";

/** An uncompressed picture. */
export interface ImageSample {
  readonly type: "image";
  readonly format: PixelFormat;
  /** Pixels in a row. */
  readonly codedWidth: number;
  /** Rows. */
  readonly codedHeight: number;
  readonly data: Uint8Array;
  /** One entry for each plane; without it the planes lie tightly packed, one after the other. */
  readonly layout?: readonly PlaneLayout[] | undefined;
  readonly rotation?: Rotation | undefined;
  /** Without it, I420 and NV12 are taken as BT.709 in limited range. */
  readonly colorSpace?: ImageColorSpace | undefined;
  /** What may differ from the picture before it in its stream; without it, everything may. */
  readonly damage?: readonly ImageRegion[] | undefined;
  /** Microseconds of the machine's monotonic clock (`process.hrtime`) at capture. */
  readonly timestamp: number;
  /** Called once by whoever took ownership, when nothing needs `data` any more. */
  [Symbol.dispose]?(): void;
}

/** A compressed picture, passed through as it is. */
export interface EncodedImageSample {
  readonly type: "image";
  readonly encoding: ImageEncoding;
  readonly codedWidth: number;
  readonly codedHeight: number;
  readonly data: Uint8Array;
  readonly rotation?: Rotation | undefined;
  /** Microseconds of the machine's monotonic clock (`process.hrtime`) at capture. */
  readonly timestamp: number;
  /** Called once by whoever took ownership, when nothing needs `data` any more. */
  [Symbol.dispose]?(): void;
}
