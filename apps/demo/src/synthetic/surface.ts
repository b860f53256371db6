/** A rectangle in pixels. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A shape: the opacity of each pixel from 0 to 255, row by row. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly alpha: Uint8Array;
}

/** RGBA pixels to draw on. Shapes are clipped at the edges. Colours are 0xRRGGBB. */
export class Surface {
  readonly width: number;
  readonly height: number;
  /** One word for each pixel, with red in the lowest byte: RGBA in memory on little-endian machines. */
  readonly words: Uint32Array;

  constructor(width: number, height: number, words: Uint32Array = new Uint32Array(width * height)) {
    this.width = width;
    this.height = height;
    this.words = words;
  }

  /** Fills a rectangle. */
  fill(area: Area, color: number, opacity = 1): void {
    const { left, right, top, bottom } = this.#clip(area);
    const word = toWord(color);
    const alpha = Math.round(opacity * 256);
    for (let y = top; y < bottom; y++) {
      const row = y * this.width;
      if (alpha === 256) this.words.fill(word, row + left, row + right);
      else for (let at = row + left; at < row + right; at++) this.#mix(at, word, alpha);
    }
  }

  /** Sets each pixel of a rectangle to the colour that `colorAt` returns for its position. */
  paint(area: Area, colorAt: (x: number, y: number) => number): void {
    const { left, right, top, bottom } = this.#clip(area);
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) this.words[y * this.width + x] = toWord(colorAt(x, y));
    }
  }

  /** Draws a mask in one colour, with its top-left corner at (`x`, `y`). */
  stamp(mask: Mask, x: number, y: number, color: number, opacity = 1): void {
    const { left, right, top, bottom } = this.#clip({ x, y, width: mask.width, height: mask.height });
    const word = toWord(color);
    const strength = Math.round(opacity * 257);
    for (let row = top; row < bottom; row++) {
      const under = row * this.width;
      const over = (row - y) * mask.width - x;
      for (let column = left; column < right; column++) {
        const alpha = mask.alpha[over + column] ?? 0;
        if (alpha > 0) this.#mix(under + column, word, (alpha * strength) >> 8);
      }
    }
  }

  #clip({ x, y, width, height }: Area): { left: number; right: number; top: number; bottom: number } {
    return {
      left: Math.max(0, Math.round(x)),
      right: Math.min(this.width, Math.round(x + width)),
      top: Math.max(0, Math.round(y)),
      bottom: Math.min(this.height, Math.round(y + height)),
    };
  }

  /** Blends a colour over a pixel. Red and blue are 16 bits apart, so one multiplication can blend both. */
  #mix(at: number, over: number, alpha: number): void {
    const under = this.words[at] ?? 0;
    const rest = 256 - alpha;
    const redBlue = Math.imul(under & 0xff00ff, rest) + Math.imul(over & 0xff00ff, alpha);
    const green = Math.imul((under >> 8) & 0xff, rest) + Math.imul((over >> 8) & 0xff, alpha);
    this.words[at] = 0xff000000 | ((redBlue >>> 8) & 0xff00ff) | (green & 0xff00);
  }
}

function toWord(color: number): number {
  return (0xff000000 | ((color & 0xff) << 16) | (color & 0xff00) | ((color >> 16) & 0xff)) >>> 0;
}

/** Returns the mask of a filled circle with smooth edges. */
export function disc(radius: number): Mask {
  const middle = Math.ceil(radius);
  const side = 2 * middle + 1;
  const alpha = Uint8Array.from({ length: side * side }, (_, at) => {
    const distance = Math.hypot((at % side) - middle, Math.floor(at / side) - middle);
    return 255 * Math.min(1, Math.max(0, radius + 0.5 - distance));
  });
  return { width: side, height: side, alpha };
}
