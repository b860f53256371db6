const layers = [
  { color: "#6ee7d8", height: 0.52, speed: 0.9, length: 1.3 },
  { color: "#7aa2ff", height: 0.62, speed: -0.7, length: 1.9 },
  { color: "#c084fc", height: 0.72, speed: 0.55, length: 2.6 },
  { color: "#ffb86b", height: 0.84, speed: -0.4, length: 3.4 },
];

/** Animated light waves on a canvas. */
export class Waves {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
  }

  /** Draws the waves at a time in seconds. */
  draw(seconds: number): void {
    const context = this.#context;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (!context || width === 0) return;
    if (this.#canvas.width !== width || this.#canvas.height !== height)
      Object.assign(this.#canvas, { width, height });
    context.clearRect(0, 0, width, height);
    for (const { color, height: level, speed, length } of layers) {
      const y = (x: number) =>
        height *
        (level +
          0.07 * Math.sin((x / width) * Math.PI * 2 * length + seconds * speed * 2) +
          0.03 * Math.sin((x / width) * Math.PI * 5 * length - seconds * speed * 3));
      context.beginPath();
      context.moveTo(0, height);
      for (let x = 0; x <= width + 8; x += 8) context.lineTo(x, y(x));
      context.lineTo(width, height);
      const fade = context.createLinearGradient(0, height * (level - 0.1), 0, height);
      fade.addColorStop(0, `${color}b0`);
      fade.addColorStop(1, `${color}08`);
      context.fillStyle = fade;
      context.fill();
    }
  }
}
