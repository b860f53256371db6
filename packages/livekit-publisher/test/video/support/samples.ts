import type { ImageColorSpace, ImageSample, PixelFormat, PlaneLayout } from "@broadcast-ipc/image-codec";

/** Red, green and blue, 0 to 255. */
export type Color = readonly [number, number, number];

const palette: readonly Color[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
  [0, 0, 0],
  [200, 120, 40],
  [30, 90, 180],
  [128, 128, 128],
];

/** The colour of the test pattern at a pixel. All pixels of a block of two by two have the same colour. */
export function patternColor(x: number, y: number): Color {
  return palette[((x >> 1) + 3 * (y >> 1)) % palette.length] as Color;
}

/** Converts a colour to luma and chroma. BT.709 in limited range unless the colour space says otherwise. */
export function toYuv([red, green, blue]: Color, { matrix, fullRange }: ImageColorSpace = {}): Color {
  const [kr, kb] = matrix === "smpte170m" || matrix === "bt470bg" ? [0.299, 0.114] : [0.2126, 0.0722];
  const luma = (kr * red + (1 - kr - kb) * green + kb * blue) / 255;
  const [offset, lumaSpan, chromaSpan] = fullRange ? [0, 255, 255] : [16, 219, 224];
  const u = (blue / 255 - luma) / (2 * (1 - kb));
  const v = (red / 255 - luma) / (2 * (1 - kr));
  return [offset + lumaSpan * luma, 128 + chromaSpan * u, 128 + chromaSpan * v].map((value) =>
    Math.max(0, Math.min(255, Math.round(value))),
  ) as unknown as Color;
}

/** Where the pixels of a sample lie: without gaps, with gaps between rows and planes, or at an offset of a buffer. */
export const placements = ["tight", "strided", "offset"] as const;

export interface PatternOptions {
  readonly format: PixelFormat;
  readonly width: number;
  readonly height: number;
  readonly placement?: (typeof placements)[number];
  readonly colorSpace?: ImageColorSpace;
  readonly timestamp?: number;
}

/** Makes a sample of the test pattern. Bytes that are not pixels are 0xA5. */
export function patternSample(options: PatternOptions): ImageSample {
  const { format, width, height, placement = "tight", colorSpace, timestamp = 1_000 } = options;
  const planes = patternPlanes(options);
  const isStrided = placement === "strided";
  const layout: PlaneLayout[] = [];
  let end = isStrided ? 7 : 0;
  for (const rows of planes) {
    const stride = (rows[0] as number[]).length + (isStrided ? 13 : 0);
    layout.push({ offset: end, stride });
    end += stride * rows.length + (isStrided ? 5 : 0);
  }
  const before = placement === "offset" ? 11 : 0;
  const data = new Uint8Array(new ArrayBuffer(before + end + before), before, end).fill(0xa5);
  for (const [index, rows] of planes.entries()) {
    const { offset, stride } = layout[index] as PlaneLayout;
    for (const [row, bytes] of rows.entries()) data.set(bytes, offset + row * stride);
  }
  return {
    type: "image",
    format,
    codedWidth: width,
    codedHeight: height,
    data,
    ...(isStrided && { layout }),
    ...(colorSpace && { colorSpace }),
    timestamp,
  };
}

/** The rows of each plane, as bytes. */
function patternPlanes({ format, width, height, colorSpace }: PatternOptions): number[][][] {
  const plane = (columns: number, rows: number, bytesAt: (x: number, y: number) => readonly number[]) =>
    Array.from({ length: rows }, (_, y) =>
      Array.from({ length: columns }, (_, x) => bytesAt(x, y)).flatMap((bytes) => [...bytes]),
    );
  if (format !== "I420" && format !== "NV12") {
    const letters = [...format];
    return [
      plane(width, height, (x, y) => {
        const color = patternColor(x, y);
        return letters.map((letter) => color["RGB".indexOf(letter)] ?? 77);
      }),
    ];
  }
  const [columns, rows] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const yuvAt = (x: number, y: number) => toYuv(patternColor(x, y), colorSpace);
  const luma = plane(width, height, (x, y) => [yuvAt(x, y)[0]]);
  const chroma = (channels: readonly (1 | 2)[]) =>
    plane(columns, rows, (x, y) => channels.map((channel) => yuvAt(2 * x, 2 * y)[channel]));
  return format === "I420" ? [luma, chroma([1]), chroma([2])] : [luma, chroma([1, 2])];
}
