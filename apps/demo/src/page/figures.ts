import type { Figures as ViewFigures } from "@broadcast-ipc/live-view/element";
import type { SourceFigures } from "./app-messages.ts";
import { Plot } from "./plot.ts";

/** Stands for a figure that is not known. */
const unknown = "–";

/** The figures below the video. Some are measured on this page, and others are reported by the app. */
export class Figures {
  readonly #root: ParentNode;
  readonly #plots: Record<"age" | "fps" | "bytes" | "replaced", Plot>;
  #replaced: number | undefined;

  /** @param root Contains the elements with `data-figure` and `data-plot`. */
  constructor(root: ParentNode) {
    this.#root = root;
    const plot = (name: string, format: (value: number) => string) => {
      const element = root.querySelector<HTMLElement>(`[data-plot="${name}"]`);
      if (element === null) throw new Error(`The page has no plot of ${name}`);
      return new Plot(element, format);
    };
    this.#plots = {
      age: plot("age", (value) => (value < 1_000 ? `${value} ms` : `${value / 1_000} s`)),
      fps: plot("fps", (value) => `${value}/s`),
      bytes: plot("bytes", (value) => `${inBytes(value)}/s`),
      replaced: plot("replaced", (value) => `${value}`),
    };
  }

  /**
   * Shows what this page measures. Called twice a second.
   *
   * @param isWatching Whether the broadcast goes on. Otherwise the figures are those of a broadcast that is lost, and the
   * plots have a gap.
   */
  show(figures: ViewFigures, isWatching: boolean): void {
    const { age, fps, bytesPerSecond, width, height, encoding, replaced, viewers } = figures;
    this.#write("replaced", replaced.toLocaleString("en"), replaced);
    const skipped = replaced - (this.#replaced ?? replaced);
    this.#replaced = replaced;
    this.#plots.age.add(isWatching ? age : undefined);
    this.#plots.fps.add(isWatching ? fps : undefined);
    this.#plots.bytes.add(isWatching ? bytesPerSecond : undefined);
    this.#plots.replaced.add(isWatching ? skipped : undefined);
    if (!isWatching) return;
    this.#write("age", inMilliseconds(age), age);
    this.#write("fps", fps.toFixed(1), fps);
    this.#write("bytes", `${inBytes(bytesPerSecond)}/s`, bytesPerSecond);
    this.#write("size", encoding === undefined ? unknown : `${width} × ${height}`);
    this.#write("encoding", encoding === undefined ? unknown : nameOf(encoding));
    this.#write("viewers", viewers === undefined ? unknown : inViewers(viewers));
  }

  /** Shows the figures of the connection from the capture process. */
  showSource({ framesPerSecond, bytesPerSecond, encoding, replaced, age }: SourceFigures): void {
    this.#write("source-fps", framesPerSecond.toFixed(1), framesPerSecond);
    this.#write("source-bytes", `${inBytes(bytesPerSecond)}/s ${nameOf(encoding)}`);
    this.#write("source-age", inMilliseconds(age?.p50));
    this.#write("source-age-p95", inMilliseconds(age?.p95));
    this.#write("source-replaced", replaced.toLocaleString("en"), replaced);
  }

  /** Shows that there are no figures. The number of skipped frames stays, because it counts since the page was opened. */
  clear(): void {
    for (const name of ["fps", "bytes", "age", "size", "encoding", "viewers"]) this.#write(name, unknown);
    for (const name of ["fps", "bytes", "age", "age-p95", "replaced"]) this.#write(`source-${name}`, unknown);
  }

  #write(name: string, text: string, value?: number): void {
    const element = this.#root.querySelector(`[data-figure="${name}"]`);
    if (element === null) return;
    element.textContent = text;
    if (element instanceof HTMLDataElement) element.value = value === undefined ? "" : String(value);
  }
}

function inViewers(viewers: number): string {
  return viewers === 1 ? "one viewer" : `${viewers} viewers`;
}

function nameOf(encoding: string): string {
  if (encoding === "webp") return "WebP";
  return encoding === "jpeg" || encoding === "png" ? encoding.toUpperCase() : encoding;
}

function inMilliseconds(age: number | undefined): string {
  if (age === undefined) return unknown;
  return age.toFixed(age < 99.95 ? 1 : 0);
}

/** Formats a number of bytes with few characters, because the axis of a plot is narrow. */
function inBytes(bytes: number): string {
  if (bytes >= 1e8) return `${(bytes / 1e6).toFixed(0)} MB`;
  if (bytes >= 1e6) return `${Number((bytes / 1e6).toFixed(1))} MB`;
  return bytes >= 1e3 ? `${(bytes / 1e3).toFixed(0)} kB` : `${bytes.toFixed(0)} B`;
}
