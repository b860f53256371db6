import type { FiguresMessage, FrameMessage, PageDescription } from "./page-messages.ts";
import { Plot } from "./plot.ts";
import { RateMeter } from "./rate-meter.ts";

/** The figures below the video. Some are measured on this page, and others are reported by the app. */
export class Figures {
  readonly #root: ParentNode;
  readonly #plots: Record<"age" | "fps" | "bytes" | "drops", Plot>;
  readonly #shown = new RateMeter();
  readonly #bytes = new RateMeter();
  readonly #upstreamBytes = new RateMeter();
  readonly #dropped = new RateMeter();
  #ages: number[] = [];
  #upstreamTotal: number | undefined;
  #drops: number | undefined;

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
      fps: plot("fps", (value) => `${value} fps`),
      bytes: plot("bytes", (value) => `${inBytes(value)}/s`),
      drops: plot("drops", (value) => `${value}/s`),
    };
  }

  /** Number of frames for this viewer that were replaced by newer frames, as last reported by the app. */
  get drops(): number {
    return this.#drops ?? 0;
  }

  /** Clears the totals that the app reported on the previous connection. */
  reset(): void {
    this.#upstreamTotal = undefined;
    this.#drops = undefined;
  }

  describe({ source, encoding }: PageDescription): void {
    this.#write("source", source);
    this.#write("encoding", nameOf(encoding));
  }

  /** Counts received bytes of frames and audio. */
  countBytes(bytes: number): void {
    this.#bytes.add(bytes);
  }

  /** Counts a frame that was drawn `age` milliseconds after its capture. */
  countShown(frame: FrameMessage, age: number | undefined): void {
    this.#shown.add();
    if (age !== undefined) this.#ages.push(age);
    const kind = "encoding" in frame ? nameOf(frame.encoding) : frame.format;
    this.#write("frame", `${frame.codedWidth} × ${frame.codedHeight} ${kind}`);
  }

  /** Shows the figures that the app reports. */
  showUpstream({ framesPerSecond, replaced, bytes, age, viewers, drops }: FiguresMessage): void {
    this.#upstreamBytes.add(bytes - (this.#upstreamTotal ?? bytes));
    this.#upstreamTotal = bytes;
    this.#write("upstream-fps", framesPerSecond.toFixed(1), framesPerSecond);
    this.#write("upstream-bytes", `${inBytes(this.#upstreamBytes.perSecond())}/s`);
    this.#write("upstream-age", [age.p50, age.p95].map(inMilliseconds).join(" / "));
    this.#write("replaced", replaced.toLocaleString("en"), replaced);
    this.#write("drops", drops.toLocaleString("en"), drops);
    this.#write("viewers", viewers === 1 ? "this viewer only" : `${viewers} viewers`);
    this.#dropped.add(drops - (this.#drops ?? drops));
    this.#plots.drops.add(this.#dropped.perSecond());
    this.#drops = drops;
  }

  /** Shows the figures that this page measures. The age is the median since the last call. */
  refresh(): void {
    const rate = this.#shown.perSecond();
    this.#write("fps", rate.toFixed(1), rate);
    this.#plots.fps.add(rate);

    const bytes = this.#bytes.perSecond();
    this.#write("bytes", `${inBytes(bytes)}/s`, bytes);
    this.#plots.bytes.add(bytes);

    const age = this.#ages.toSorted((a, b) => a - b)[this.#ages.length >> 1];
    this.#ages = [];
    this.#write("age", inMilliseconds(age), age);
    this.#plots.age.add(age);
  }

  #write(name: string, text: string, value?: number): void {
    const element = this.#root.querySelector(`[data-figure="${name}"]`);
    if (element === null) return;
    element.textContent = text;
    if (element instanceof HTMLDataElement) element.value = value === undefined ? "" : String(value);
  }
}

function nameOf(encoding: string): string {
  if (encoding === "webp") return "WebP";
  return encoding === "jpeg" || encoding === "png" ? encoding.toUpperCase() : encoding;
}

function inMilliseconds(age: number | undefined): string {
  return age === undefined ? "–" : age.toFixed(1);
}

/** Formats a number of bytes with few characters, because the axis of a plot is narrow. */
function inBytes(bytes: number): string {
  if (bytes >= 1e8) return `${(bytes / 1e6).toFixed(0)} MB`;
  if (bytes >= 1e6) return `${Number((bytes / 1e6).toFixed(1))} MB`;
  return bytes >= 1e3 ? `${(bytes / 1e3).toFixed(0)} kB` : `${bytes.toFixed(0)} B`;
}
