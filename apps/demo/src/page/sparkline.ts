const length = 60;

/** The course of one figure as a small line, the newest value at the right. */
export class Sparkline {
  readonly #canvas: HTMLCanvasElement;
  #values: number[] = [];

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** Adds a value and draws. */
  add(value: number): void {
    this.#values = [...this.#values, value].slice(-length);
    const scale = devicePixelRatio;
    const width = Math.round(this.#canvas.clientWidth * scale);
    const height = Math.round(this.#canvas.clientHeight * scale);
    const context = this.#canvas.getContext("2d");
    if (context === null || width === 0) return;
    this.#canvas.width = width;
    this.#canvas.height = height;

    const top = Math.max(...this.#values, 1) * 1.2;
    const line = new Path2D();
    const xOf = (index: number) =>
      width - 2 * scale - ((this.#values.length - 1 - index) * width) / (length - 1);
    const yOf = (value: number) => height - scale - (value / top) * (height - 2 * scale);
    this.#values.forEach((value, index) => {
      line.lineTo(xOf(index), yOf(value));
    });
    const area = new Path2D(line);
    area.lineTo(xOf(this.#values.length - 1), height);
    area.lineTo(xOf(0), height);

    const color = getComputedStyle(this.#canvas).color;
    context.fillStyle = color;
    context.globalAlpha = 0.14;
    context.fill(area);
    context.globalAlpha = 1;
    context.strokeStyle = color;
    context.lineWidth = 1.5 * scale;
    context.lineJoin = "round";
    context.stroke(line);
    context.beginPath();
    context.arc(xOf(this.#values.length - 1), yOf(value), 2 * scale, 0, 2 * Math.PI);
    context.fill();
  }
}
