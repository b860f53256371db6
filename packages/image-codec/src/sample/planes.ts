import { ImageCodecError } from "../checks/image-codec-error.ts";
import type { ImageSample, PlaneLayout } from "./image-sample.ts";
import { bytesPerPixel, type PixelFormat } from "./pixel-format.ts";

/** The fields of a picture that say where its pixels lie and what they mean. */
export type PixelGeometry = Pick<
  ImageSample,
  "format" | "codedWidth" | "codedHeight" | "layout" | "colorSpace"
>;

/** Pixels in a row, and rows. */
export type CodedSize = Pick<ImageSample, "codedWidth" | "codedHeight">;

/** Where the rows of a plane lie in the data, in bytes. */
export interface Plane extends PlaneLayout {
  /** Bytes of a row that are pixels. */
  readonly rowBytes: number;
  readonly rows: number;
  /** Where the last row's pixels end: what the data must be long enough for. */
  readonly end: number;
}

/** Works out where each plane lies, tightly one after the other by default; allocates nothing, whatever the numbers. */
export function planesOf(geometry: PixelGeometry): readonly [Plane, ...Plane[]] {
  let next = 0;
  const planes = planeSizes(geometry).map(({ rowBytes, rows }, index) => {
    const { offset, stride } = geometry.layout?.[index] ?? { offset: next, stride: rowBytes };
    const end = offset + (rows - 1) * stride + rowBytes;
    next = end;
    return { offset, stride, rowBytes, rows, end };
  });
  return planes as [Plane, ...Plane[]];
}

/** How many planes a picture of this format has. */
export function numberOfPlanes(format: PixelFormat): number {
  return planeSizes({ format, codedWidth: 1, codedHeight: 1 }).length;
}

/** Throws `ERR_IMAGE_DATA_TOO_SHORT` unless the data holds every row; longer data is fine. */
export function requireEveryRow(data: Uint8Array, geometry: PixelGeometry): void {
  const end = Math.max(...planesOf(geometry).map((plane) => plane.end));
  if (data.byteLength >= end) return;
  const { format, codedWidth, codedHeight } = geometry;
  throw new ImageCodecError(
    "ERR_IMAGE_DATA_TOO_SHORT",
    `A ${codedWidth}x${codedHeight} ${format} picture needs ${end} bytes with its layout, got ${data.byteLength}`,
  );
}

function planeSizes({ format, codedWidth, codedHeight }: PixelGeometry): Pick<Plane, "rowBytes" | "rows">[] {
  const luma = { rowBytes: codedWidth, rows: codedHeight };
  const chroma = { rowBytes: Math.ceil(codedWidth / 2), rows: Math.ceil(codedHeight / 2) };
  switch (format) {
    case "I420":
      return [luma, chroma, chroma];
    case "NV12":
      return [luma, { ...chroma, rowBytes: 2 * chroma.rowBytes }];
    default:
      return [{ rowBytes: codedWidth * bytesPerPixel[format], rows: codedHeight }];
  }
}

/** Where luma and chroma of a picture lie, whether U and V have planes of their own or share one. */
export interface YuvPlanes {
  readonly y: PlaneLayout;
  readonly u: PlaneLayout;
  readonly v: PlaneLayout;
  /** Bytes from one U to the next one: 1, or 2 where a V lies between them. */
  readonly chromaStep: 1 | 2;
  /** Where the last plane ends. */
  readonly end: number;
}

/** Works out where luma and chroma of an I420 or NV12 picture lie. */
export function yuvPlanes(geometry: PixelGeometry): YuvPlanes {
  const [y, u, v] = planesOf(geometry);
  if (!u) throw new TypeError(`${geometry.format} has no chroma`);
  return v
    ? { y, u, v, chromaStep: 1, end: v.end }
    : { y, u, v: { ...u, offset: u.offset + 1 }, chromaStep: 2, end: u.end };
}
