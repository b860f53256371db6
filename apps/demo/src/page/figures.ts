import type { FiguresMessage, PageDescription, PictureMessage } from "./page-messages.ts";
import { RateMeter } from "./rate-meter.ts";
import type { Sparkline } from "./sparkline.ts";

/** The figures below the picture: what this page measures itself, and what the app tells it. */
export class Figures {
  readonly #root: ParentNode;
  readonly #shown = new RateMeter();
  readonly #bytes = new RateMeter();
  readonly #upstreamBytes = new RateMeter();
  readonly #rateLine: Sparkline;
  readonly #ageLine: Sparkline;
  #ages: number[] = [];
  #upstreamTotal: number | undefined;

  /** @param root Holds the elements with `data-figure`. */
  constructor(root: ParentNode, rateLine: Sparkline, ageLine: Sparkline) {
    this.#root = root;
    this.#rateLine = rateLine;
    this.#ageLine = ageLine;
  }

  /** Forgets the totals of a connection that is gone. */
  reset(): void {
    this.#upstreamTotal = undefined;
  }

  describe({ source, encoding }: PageDescription): void {
    this.#write("source", source);
    this.#write("encoding", encoding);
  }

  /** Counts the bytes of pictures and sound that came. */
  countBytes(bytes: number): void {
    this.#bytes.add(bytes);
  }

  /** Counts a picture that was drawn, `age` milliseconds after its capture. */
  countShown({ width, height, format, encoding }: PictureMessage, age: number | undefined): void {
    this.#shown.add();
    if (age !== undefined) this.#ages.push(age);
    this.#write("picture", `${width} × ${height} ${format ?? encoding?.toUpperCase()}`);
  }

  /** Shows what the app knows. */
  showUpstream({ framesPerSecond, replaced, bytes, age, viewers, drops }: FiguresMessage): void {
    this.#upstreamBytes.add(bytes - (this.#upstreamTotal ?? bytes));
    this.#upstreamTotal = bytes;
    this.#write("upstream-fps", framesPerSecond.toFixed(1), framesPerSecond);
    this.#write("upstream-bytes", inBytes(this.#upstreamBytes.perSecond()));
    this.#write("upstream-age", [age.p50, age.p95].map(inMilliseconds).join(" / "));
    this.#write("replaced", replaced.toLocaleString("en"), replaced);
    this.#write("drops", drops.toLocaleString("en"), drops);
    this.#write("viewers", String(viewers), viewers);
  }

  /** Shows what this page measured since the last time. */
  refresh(): void {
    const rate = this.#shown.perSecond();
    this.#write("fps", rate.toFixed(1), rate);
    this.#rateLine.add(rate);
    const bytes = this.#bytes.perSecond();
    this.#write("bytes", inBytes(bytes), bytes);

    const age = this.#ages.toSorted((a, b) => a - b)[this.#ages.length >> 1];
    this.#ages = [];
    this.#write("age", inMilliseconds(age), age);
    if (age !== undefined) this.#ageLine.add(age);
  }

  #write(name: string, text: string, value?: number): void {
    const element = this.#root.querySelector(`[data-figure="${name}"]`);
    if (element === null) return;
    element.textContent = text;
    if (element instanceof HTMLDataElement) element.value = value === undefined ? "" : String(value);
  }
}

function inMilliseconds(age: number | undefined): string {
  return age === undefined ? "–" : age.toFixed(1);
}

function inBytes(perSecond: number): string {
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toFixed(1)} MB/s`;
  return `${(perSecond / 1e3).toFixed(0)} kB/s`;
}
