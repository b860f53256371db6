import uPlot from "uplot";

/** Seconds that a plot shows. */
const span = 30;

/** Returns the axis label for a value. */
export type ValueFormat = (value: number) => string;

/** Plots one figure over the last 30 seconds. */
export class Plot {
  readonly #times: number[] = [];
  readonly #values: (number | null)[] = [];
  readonly #plot: uPlot;

  /** @param element Contains the plot. The plot has the element's size and its CSS `color`. */
  constructor(element: HTMLElement, format: ValueFormat) {
    const colorOf = (part: number) => () =>
      `color-mix(in srgb, ${getComputedStyle(element).color} ${part}%, transparent)`;
    this.#plot = new uPlot(
      {
        width: element.clientWidth,
        height: element.clientHeight,
        padding: [7, 0, 7, 0],
        legend: { show: false },
        cursor: { show: false },
        select: { show: false, left: 0, top: 0, width: 0, height: 0 },
        scales: {
          x: { time: false, range: () => [now() - span, now()] },
          y: { range: (_, __, max) => [0, roundTop(max)] },
        },
        axes: [
          { show: false },
          {
            side: 1,
            size: 52,
            gap: 4,
            font: `10px ${getComputedStyle(element).fontFamily}`,
            stroke: () => getComputedStyle(element).getPropertyValue("--dim"),
            splits: (_, __, min, max) => [min, max / 2, max],
            values: (_, splits) => splits.map((value, index) => (index === 1 ? "" : format(value))),
            grid: { stroke: () => getComputedStyle(element).getPropertyValue("--line"), width: 1 },
            ticks: { show: false },
          },
        ],
        series: [
          {},
          { stroke: colorOf(100), fill: colorOf(14), width: 1.5, points: { show: false }, spanGaps: false },
        ],
      },
      [[], []],
      element,
    );
    new ResizeObserver(() => {
      this.#plot.setSize({ width: element.clientWidth, height: element.clientHeight });
    }).observe(element);
  }

  /** Adds a value for the current time, or a gap if the value is `undefined`, and draws the plot. */
  add(value: number | undefined): void {
    this.#times.push(now());
    this.#values.push(value ?? null);
    while ((this.#times[1] ?? Number.POSITIVE_INFINITY) < now() - span) {
      this.#times.shift();
      this.#values.shift();
    }
    this.#plot.setData([this.#times, this.#values]);
  }
}

function now(): number {
  return performance.now() / 1_000;
}

/** Returns a round number above the value. Round numbers keep the scale stable while the value changes a little. */
function roundTop(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 1.5, 2, 3, 4, 6, 8, 10].find((step) => step * power >= value * 1.05) ?? 15);
}
