/** Red, green and blue, 0 to 255. */
export type Color = readonly [number, number, number];

/** What a viewer sees of the test pattern of capture.mjs. */
export interface Pattern {
  /** Number of the frame; `undefined` if the pattern cannot be read, for example because it is not upright. */
  readonly counter: number | undefined;
  /** Colours of the patches, from left to right. They should be {@link patchColors}. */
  readonly colors: readonly Color[];
}

/** Red, green, blue and grey. */
export const patchColors: readonly Color[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [128, 128, 128],
];

/**
 * Reads the test pattern: 20 black or white blocks over the upper half (16 bits of the counter, lowest first, and 4 bits
 * of a checksum) and four patches over the lower half. `colorAt` takes a position from 0 to 1. The browser runs this
 * function too, so it uses nothing from outside.
 */
export function readPattern(colorAt: (x: number, y: number) => Color): Pattern {
  let bits = 0;
  for (let bit = 0; bit < 20; bit++) if (colorAt((bit + 0.5) / 20, 0.25)[1] > 127) bits |= 1 << bit;
  const counter = bits & 0xffff;
  const checksum = (counter ^ (counter >> 4) ^ (counter >> 8) ^ (counter >> 12) ^ 0b1010) & 15;
  const colors = [0, 1, 2, 3].map((patch) => colorAt((patch + 0.5) / 4, 0.75));
  return { counter: bits >> 16 === checksum ? counter : undefined, colors };
}
