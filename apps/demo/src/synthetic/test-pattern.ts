import { Font } from "./font.ts";
import { drawFrameCode, frameCodeArea } from "./frame-code.ts";
import { type Area, disc, type Mask, Surface } from "./surface.ts";

const white = 0xf4f6ff;
const dim = 0x93a0c8;
const accent = 0xffb547;
const dark = 0x05070f;

/** Colour bars of 75 % intensity, in the order of the television test pattern. */
const bars = [0xbfbfbf, 0xbfbf00, 0x00bfbf, 0x00bf00, 0xbf00bf, 0xbf0000, 0x0000bf];

/** Time in which the ball circles the ring once, in ms. */
const turn = 4_000;
/** Number of faint balls behind the ball, and the distance between adjacent faint balls as a fraction of a turn. */
const tail = 36;
const tailStep = 1 / 300;
/** Time in which the marker crosses the bars from left to right, in ms. */
const crossing = 3_000;
/** Explains the frame code. */
const codeCaption = "frame number for programs";
const ticker = "the quick brown fox jumps over the lazy dog  -  sphinx of black quartz, judge my vow  -  ";
/** Speed of the ticker in pixels per second. */
const tickerSpeed = 60;

/**
 * A moving test pattern: a clock, a frame counter (also as a code for `readFrameCode`), a ball on a ring, a marker on
 * colour bars, and a ticker. The constructor draws the static background.
 */
export class TestPattern {
  readonly width: number;
  readonly height: number;
  readonly #background: Surface;
  /** Pixels per layout unit: 1 in a frame of 1280 x 720. */
  readonly #unit: number;
  /** Centre of the ring. */
  readonly #x: number;
  readonly #y: number;
  readonly #bars: Area;
  readonly #strip: Area;
  readonly #ball: Mask;
  readonly #small: Font;
  readonly #large: Font;
  readonly #huge: Font;
  readonly #tickerFont = new Font(12);

  /** Supports even widths and heights from 320 x 180 to 3840 x 2160. */
  constructor(width: number, height: number, framesPerSecond = 30) {
    this.width = width;
    this.height = height;
    const stripTop = frameCodeArea(height).y - 8;
    const unit = Math.min(width / 560, stripTop / 696);
    const top = (stripTop - 696 * unit) / 2;
    this.#unit = unit;
    this.#x = Math.round(width / 2);
    this.#y = Math.round(top + 288 * unit);
    this.#bars = { x: 0, y: Math.round(top + 580 * unit), width, height: Math.round(56 * unit) };
    this.#strip = { x: 0, y: stripTop, width, height: height - stripTop };
    this.#ball = disc(10 * unit);
    this.#small = new Font(Math.max(9, 17 * unit));
    this.#large = new Font(37 * unit);
    this.#huge = new Font(78 * unit);
    this.#background = new Surface(width, height);
    this.#paintBackdrop();
    this.#paintRing();
    this.#paintBars();
    this.#paintGratings();
    this.#writeCaptions(`${width} × ${height}, ${framesPerSecond} fps`);
  }

  /**
   * Draws a whole frame as tightly packed opaque RGBA. The same arguments give the same pixels.
   *
   * @param pixels Receives width x height x 4 bytes. The byte offset must be a multiple of 4.
   * @param milliseconds Time since the epoch. Determines the clock and the positions of all moving parts, so the parts
   *   move at the same speed at any frame rate.
   */
  draw(pixels: Uint8Array, frame: number, milliseconds: number): void {
    const { width, height } = this;
    const words = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height);
    const surface = new Surface(width, height, words);
    words.set(this.#background.words);
    this.#writeTime(surface, frame, new Date(milliseconds).toISOString());
    this.#drawBall(surface, (milliseconds % turn) / turn);
    this.#drawMarker(surface, (milliseconds % crossing) / crossing);
    this.#writeTicker(surface, (milliseconds / 1_000) * tickerSpeed);
    drawFrameCode(pixels, width, height, frame);
  }

  #writeTime(surface: Surface, frame: number, time: string): void {
    const baseline = this.#y + 20 * this.#unit;
    const [seconds, fraction] = [time.slice(11, 19), time.slice(19, 23)];
    const x = this.#x - (this.#huge.measure(seconds) + this.#large.measure(fraction)) / 2;
    const end = this.#huge.write(surface, seconds, x, baseline, white);
    this.#large.write(surface, fraction, end, baseline, dim);
    const count = `frame ${String(frame).padStart(6, "0")}`;
    const left = this.#x - this.#large.measure(count) / 2;
    this.#large.write(surface, count, left, baseline + 68 * this.#unit, accent);
  }

  #drawBall(surface: Surface, turns: number): void {
    for (let index = tail; index > 0; index--) {
      this.#stampOnRing(surface, this.#ball, turns - index * tailStep, accent, 0.16 * (1 - index / tail));
    }
    this.#stampOnRing(surface, this.#ball, turns, accent);
  }

  #drawMarker(surface: Surface, position: number): void {
    const { y, width, height } = this.#bars;
    const thickness = Math.max(2, Math.round(4 * this.#unit));
    const x = Math.round(position * (width - thickness));
    surface.fill({ x, y: y - 2 * thickness, width: thickness, height: 1.5 * height + 4 * thickness }, white);
  }

  /** Writes the caption of the frame code to its right, and the ticker right of the caption. Narrow frames have neither. */
  #writeTicker(surface: Surface, distance: number): void {
    const code = frameCodeArea(this.height);
    const caption = code.x + code.width + 10;
    const start = Math.ceil(caption + this.#tickerFont.measure(codeCaption)) + 28;
    if (this.width < start) return;
    const baseline = this.#strip.y + 16;
    let x = start - (distance % this.#tickerFont.measure(ticker));
    while (x < this.width) x = this.#tickerFont.write(surface, ticker, x, baseline, dim);
    surface.fill({ ...this.#strip, width: start }, dark);
    this.#tickerFont.write(surface, codeCaption, caption, baseline, white);
  }

  /** Paints a dark blue background with a glow and a grid of squares. */
  #paintBackdrop(): void {
    const { width, height } = this;
    this.#background.paint({ x: 0, y: 0, width, height }, (x, y) => {
      const distance = Math.hypot((x - this.#x) / width, ((y - this.#y) / height) * 0.75);
      // Noise of less than one brightness level hides the steps of the gradient.
      const noise = (Math.imul((x * 7_349) ^ (y * 17_911), 0x9e3779b1) >>> 24) / 256;
      return mix(0x2a3a7c, 0x070a18, Math.min(1, distance * 1.7), noise);
    });
    const square = Math.round(48 * this.#unit);
    for (let x = this.#x % square; x < width; x += square) {
      this.#background.fill({ x, y: 0, width: 1, height }, white, 0.05);
    }
    for (let y = this.#y % square; y < height; y += square) {
      this.#background.fill({ x: 0, y, width, height: 1 }, white, 0.05);
    }
    this.#background.fill(this.#strip, dark);
  }

  /** Paints a ring of 60 marks. */
  #paintRing(): void {
    const [thin, bold] = [disc(Math.max(0.6, 1.5 * this.#unit)), disc(Math.max(1, 3.5 * this.#unit))];
    for (let mark = 0; mark < 60; mark++) {
      const isBold = mark % 5 === 0;
      this.#stampOnRing(this.#background, isBold ? bold : thin, mark / 60, white, isBold ? 0.8 : 0.45);
    }
  }

  /** Paints the colour bars, a ramp of all hues below the bars, and a ramp of all greys below the hues. */
  #paintBars(): void {
    const { y, width, height } = this.#bars;
    const ramp = Math.round(height / 4);
    this.#background.paint(this.#bars, (x) => bars[Math.floor((x * bars.length) / width)] ?? 0);
    this.#background.paint({ x: 0, y: y + height, width, height: ramp }, (x) => hue(x / width));
    const greys = { x: 0, y: y + height + ramp, width, height: ramp };
    this.#background.paint(greys, (x) => mix(0x000000, 0xffffff, x / width));
  }

  /** Paints stripes of 1 to 4 pixels on both sides of the ring. Narrow and small frames have no stripes. */
  #paintGratings(): void {
    if (this.width < 1100 * this.#unit || this.#unit < 0.4) return;
    const [width, height] = [Math.round(112 * this.#unit), Math.round(64 * this.#unit)];
    for (const size of [1, 2, 3, 4]) {
      const y = this.#y + Math.round((86 * size - 247) * this.#unit);
      const left = { x: this.#x - Math.round(480 * this.#unit), y, width, height };
      const right = { ...left, x: 2 * this.#x - left.x - width };
      const stripe = (at: number) => (Math.floor(at / size) % 2 === 0 ? 0xd0d5e8 : dark);
      this.#background.paint(left, (x) => stripe(x - left.x));
      this.#background.paint(right, (_, row) => stripe(row - y));
    }
  }

  #writeCaptions(format: string): void {
    const margin = 40 * this.#unit;
    const right = this.width - margin - this.#small.measure(format);
    this.#small.write(this.#background, "broadcast-ipc test pattern", margin, margin, white);
    this.#small.write(this.#background, format, right, margin, white);
    const left = this.#x - this.#small.measure("UTC") / 2;
    this.#small.write(this.#background, "UTC", left, this.#y - 76 * this.#unit, dim);
  }

  #stampOnRing(surface: Surface, mask: Mask, turns: number, color: number, opacity = 1): void {
    const radius = 240 * this.#unit;
    const x = this.#x + radius * Math.sin(2 * Math.PI * turns) - mask.width / 2;
    const y = this.#y - radius * Math.cos(2 * Math.PI * turns) - mask.height / 2;
    surface.stamp(mask, Math.round(x), Math.round(y), color, opacity);
  }
}

/** Mixes two colours: a `share` of 0 gives `from`, and 1 gives `to`. `offset` is added to each channel. */
function mix(from: number, to: number, share: number, offset = 0): number {
  const channel = (shift: number) => {
    const [start, end] = [(from >> shift) & 0xff, (to >> shift) & 0xff];
    return Math.floor(start + (end - start) * share + offset) << shift;
  };
  return channel(16) | channel(8) | channel(0);
}

/** Returns the fully saturated colour of a hue from 0 to 1. */
function hue(value: number): number {
  const channel = (offset: number) => {
    return Math.round(255 * Math.min(1, Math.max(0, Math.abs(((value * 6 + offset) % 6) - 3) - 1)));
  };
  return (channel(0) << 16) | (channel(4) << 8) | channel(2);
}
