import type { ImageRegion } from "@broadcast-ipc/image-codec";
import { rotationTransform } from "./frame-rotation.ts";
import type { FrameMessage } from "./page-messages.ts";

/** Time until an outline has faded, in ms. */
const fadeTime = 450;

interface Outline {
  readonly region: ImageRegion;
  readonly time: number;
  readonly frame: FrameMessage;
}

/** Outlines the changed regions of each frame over the video. The outlines fade. */
export class DamageOverlay {
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
  show(frame: FrameMessage): void {
    if (!this.#isOn || !("delta" in frame)) return;
    const time = performance.now();
    const isFirst = this.#outlines.length === 0;
    // With reduced motion, outlines do not fade, and only the regions of the newest frame are outlined.
    if (this.#isCalm.matches) this.#outlines = [];
    this.#outlines.push(...frame.delta.regions.map((region) => ({ region, time, frame })));
    if (isFirst) requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    const now = performance.now();
    this.#outlines = this.#outlines.filter(({ time }) => now - time < fadeTime);
    const { clientWidth, clientHeight } = this.#canvas;
    this.#canvas.width = Math.round(clientWidth * devicePixelRatio);
    this.#canvas.height = Math.round(clientHeight * devicePixelRatio);
    for (const outline of this.#outlines) this.#outline(outline, now);
    if (this.#outlines.length > 0) requestAnimationFrame(() => this.#draw());
  }

  #outline({ region, time, frame }: Outline, now: number): void {
    const context = this.#context;
    if (context === null) return;
    const { codedWidth, codedHeight, rotation = 0 } = frame;
    const [wide, high] = rotation % 180 === 0 ? [codedWidth, codedHeight] : [codedHeight, codedWidth];
    const path = new Path2D();
    const shape = new Path2D();
    shape.rect(region.x, region.y, region.width, region.height);
    const turned = DOMMatrix.fromMatrix(rotationTransform(rotation, codedWidth, codedHeight));
    const scale = new DOMMatrix().scale(this.#canvas.width / wide, this.#canvas.height / high);
    path.addPath(shape, scale.multiply(turned));

    const color = getComputedStyle(this.#canvas).color;
    const strength = this.#isCalm.matches ? 1 : 1 - (now - time) / fadeTime;
    context.strokeStyle = color;
    context.fillStyle = color;
    context.lineWidth = 1.5 * devicePixelRatio;
    context.globalAlpha = strength * 0.03;
    context.fill(path);
    context.globalAlpha = strength * 0.8;
    context.stroke(path);
  }
}
