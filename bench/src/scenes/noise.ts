import { randomFrom } from "./random.ts";

/** Draws smooth noise at several octaves, with values from 0 to 255. The noise tiles seamlessly. */
export function smoothNoise(width: number, height: number, seed: number): Uint8Array {
  const sum = new Float32Array(width * height);
  for (let octave = 0; octave < 6; octave++) {
    addOctave(sum, width, height, { cells: 4 << octave, weight: 0.5 ** (octave + 1), seed: seed + octave });
  }
  return Uint8Array.from(sum, (value) => Math.max(0, Math.min(255, (value - 0.5) * 400 + 128)));
}

interface Octave {
  /** Number of cells across and down. Each cell interpolates the values at its corners. */
  readonly cells: number;
  readonly weight: number;
  readonly seed: number;
}

function addOctave(sum: Float32Array, width: number, height: number, { cells, weight, seed }: Octave): void {
  const random = randomFrom(seed);
  const lattice = Float32Array.from({ length: cells * cells }, random);
  for (let y = 0, index = 0; y < height; y++) {
    const [above, below, down] = place(y, height, cells);
    for (let x = 0; x < width; x++, index++) {
      const [left, right, across] = place(x, width, cells);
      const at = (column: number, row: number) => lattice[row * cells + column] as number;
      const top = at(left, above) * (1 - across) + at(right, above) * across;
      const bottom = at(left, below) * (1 - across) + at(right, below) * across;
      sum[index] = (sum[index] as number) + weight * (top * (1 - down) + bottom * down);
    }
  }
}

/** Returns the indexes of the lattice points before and after a pixel, and the smoothed weight of the second point, from 0 to 1. */
function place(pixel: number, size: number, cells: number): [number, number, number] {
  const position = (pixel * cells) / size;
  const before = Math.floor(position);
  const part = position - before;
  return [before, (before + 1) % cells, part * part * (3 - 2 * part)];
}
