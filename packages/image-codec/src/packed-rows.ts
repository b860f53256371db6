import { ImageCodecError } from "./image-codec-error.ts";
import type { ImageSample } from "./image-sample.ts";
import { bytesPerPixel } from "./pixel-format.ts";

/** The fields of a picture that say where its pixels lie. */
export type PixelGeometry = Pick<ImageSample, "format" | "codedWidth" | "codedHeight" | "layout">;

/** Where the rows of a picture with a single plane lie in its data, in bytes. */
export interface PackedRows {
  /** Where the first row starts. */
  readonly offset: number;
  /** From the start of one row to the start of the next one. */
  readonly stride: number;
  /** Bytes of a row that are pixels. */
  readonly rowBytes: number;
  /** Where the last row's pixels end: what the data must be long enough for. */
  readonly end: number;
}

/** Works out where the rows lie; allocates nothing, whatever the numbers. */
export function packedRows({ format, codedWidth, codedHeight, layout }: PixelGeometry): PackedRows {
  const rowBytes = codedWidth * bytesPerPixel[format];
  const { offset, stride } = layout?.[0] ?? { offset: 0, stride: rowBytes };
  return { offset, stride, rowBytes, end: offset + (codedHeight - 1) * stride + rowBytes };
}

/** Throws `ERR_IMAGE_DATA_TOO_SHORT` unless the data holds every row; longer data is fine. */
export function requireEveryRow(data: Uint8Array, geometry: PixelGeometry): void {
  const { end } = packedRows(geometry);
  if (data.byteLength >= end) return;
  const { format, codedWidth, codedHeight } = geometry;
  throw new ImageCodecError(
    "ERR_IMAGE_DATA_TOO_SHORT",
    `A ${codedWidth}x${codedHeight} ${format} picture needs ${end} bytes with its layout, got ${data.byteLength}`,
  );
}
