import type { ShownFrame } from "@broadcast-ipc/live-view/element";
import { type Region, rotated } from "./rotated.ts";

/** Time until an outline has faded, in ms. */
const fadeTime = 450;

interface Outline {
  /** The region in the frame as it is shown, as shares of its width and height. */
  readonly region: Region;
  readonly time: number;
}

/** Outlines the changed regions of each frame over the video. The outlines fade. */
export class ChangeOutlines {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;
  readonly #isCalm = matchMedia("(prefers-reduced-motion: reduce)");
  #outlines: Outline[] = [];
  #isOn = false;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
  }

  /** Turns the outlines on or off. */
  turn(on: boolean): void {
    this.#isOn = on;
    this.#canvas.hidden = !on;
    this.#outlines = [];
  }

  /** Outlines the changed regions of a delta. Other frames do not list their changed regions. */
  show({ regions, width, height, rotation }: ShownFrame): void {
    if (!this.#isOn || regions === undefined) return;
    const time = performance.now();
    const isFirst = this.#outlines.length === 0;
    // With reduced motion, outlines do not fade, and only the regions of the newest frame are outlined.
    if (this.#isCalm.matches) this.#outlines = [];
    for (const { x, y, width: wide, height: high } of regions) {
      const share = { x: x / width, y: y / height, width: wide / width, height: high / height };
      this.#outlines.push({ region: rotated(share, rotation), time });
    }
    if (isFirst) requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    const now = performance.now();
    this.#outlines = this.#outlines.filter(({ time }) => now - time < fadeTime);
    const { clientWidth, clientHeight } = this.#canvas;
    this.#canvas.width = Math.round(clientWidth * devicePixelRatio);
    this.#canvas.height = Math.round(clientHeight * devicePixelRatio);
    for (const { region, time } of this.#outlines) {
      this.#outline(region, this.#isCalm.matches ? 1 : 1 - (now - time) / fadeTime);
    }
    if (this.#outlines.length > 0) requestAnimationFrame(() => this.#draw());
  }

  #outline({ x, y, width, height }: Region, strength: number): void {
    const context = this.#context;
    if (context === null) return;
    const { width: wide, height: high } = this.#canvas;
    const rectangle = [x * wide, y * high, width * wide, height * high] as const;
    const color = getComputedStyle(this.#canvas).color;
    context.strokeStyle = color;
    context.fillStyle = color;
    context.lineWidth = 1.5 * devicePixelRatio;
    context.globalAlpha = strength * 0.03;
    context.fillRect(...rectangle);
    context.globalAlpha = strength * 0.8;
    context.strokeRect(...rectangle);
  }
}
