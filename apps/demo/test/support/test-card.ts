import { drawFrameCode, frameCodeArea } from "../../src/synthetic/frame-code.ts";

/** Red, green and blue, each from 0 to 255. */
export type Color = readonly [number, number, number];

/** A rectangle of one colour. */
export interface ColorField {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly color: Color;
}

const colors: readonly Color[] = [
  [200, 40, 30],
  [30, 150, 60],
  [40, 70, 200],
  [230, 190, 40],
];

/** Returns four colour fields. The frame code is drawn in the 40 pixels below the fields. */
export function colorFields(width: number, height: number): ColorField[] {
  const size = { width: width / 2, height: (height - 40) / 2 };
  return colors.map((color, index) => {
    return { x: (index % 2) * size.width, y: index > 1 ? size.height : 0, ...size, color };
  });
}

/** Size of {@link numberTile} in pixels. */
export const tileWidth = 272;
export const tileHeight = 16;

/** Returns the y coordinate at which to draw a {@link numberTile}, so that its code covers the {@link frameCodeArea} of a frame. */
export function tileTop(height: number): number {
  return frameCodeArea(height).y - frameCodeArea(tileHeight).y;
}

/** Draws the code of a frame number as a tile of RGBA pixels. The pixels around the code are transparent. */
export function numberTile(frame: number): Uint8Array {
  const pixels = new Uint8Array(tileWidth * tileHeight * 4);
  drawFrameCode(pixels, tileWidth, tileHeight, frame);
  return pixels;
}

/** Draws the colour fields and the code of a frame number as RGBA pixels. */
export function drawTestCard(width: number, height: number, frame: number): Uint8Array {
  const pixels = Buffer.alloc(width * height * 4, Buffer.of(0, 0, 0, 255));
  for (const field of colorFields(width, height)) {
    const row = Buffer.alloc(field.width * 4, Buffer.of(...field.color, 255));
    for (let y = field.y; y < field.y + field.height; y++) row.copy(pixels, (y * width + field.x) * 4);
  }
  drawFrameCode(pixels, width, height, frame);
  return pixels;
}
