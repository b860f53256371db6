import type { DesktopPart, Look, Moment } from "./desktop-part.ts";
import { paintWindow } from "./desktop-window.ts";
import { palette } from "./palette.ts";
import { type Area, Surface } from "./surface.ts";
import { type TerminalLine, terminalScript } from "./terminal-script.ts";

const prompt = "$ ";
const typing = 55;
const colors = { command: palette.text, output: palette.dim, good: palette.green, heading: palette.cyan };

/** A terminal in which commands are typed letter by letter and answers arrive line by line, over and over. */
export class Terminal implements DesktopPart {
  readonly #look: Look;
  readonly #area: Area;
  readonly #lineHeight: number;
  readonly #letterWidth: number;
  /** Every line of the script, written once; drawing copies rows out of it. */
  readonly #paper: Surface;
  readonly #starts: readonly number[];
  readonly #duration: number;

  constructor(background: Surface, area: Area, look: Look) {
    const { unit, code: font } = look;
    const inside = paintWindow(background, area, "terminal", look);
    this.#look = look;
    this.#lineHeight = Math.round(20 * unit);
    this.#letterWidth = font.measure("m");
    const margin = Math.round(14 * unit);
    const rows = Math.max(1, Math.floor((inside.height - 8 * unit) / this.#lineHeight));
    this.#area = {
      x: inside.x + margin,
      y: inside.y + Math.round(8 * unit),
      width: inside.width - 2 * margin,
      height: rows * this.#lineHeight,
    };
    this.#paper = this.#write(terminalScript);

    let time = 0;
    this.#starts = terminalScript.map((line) => {
      const start = time;
      time += line.kind === "command" ? 400 + line.text.length * typing + 500 : 170;
      return start;
    });
    this.#duration = time + 2_500;
  }

  draw(surface: Surface, { milliseconds }: Moment): void {
    const time = milliseconds % this.#duration;
    const last = this.#starts.findLastIndex((start) => start <= time);
    const { x, y, width, height } = this.#area;
    const firstLine = Math.max(0, last + 1 - Math.round(height / this.#lineHeight));
    const whole = {
      x: 0,
      y: firstLine * this.#lineHeight,
      width,
      height: (last - firstLine) * this.#lineHeight,
    };
    surface.copy(this.#paper, whole, x, y);

    const letters = this.#lettersTyped(last, time);
    const typed = Math.min(width, Math.round(letters * this.#letterWidth));
    const row = { x: 0, y: last * this.#lineHeight, width: typed, height: this.#lineHeight };
    surface.copy(this.#paper, row, x, y + whole.height);
    if (terminalScript[last]?.kind === "command") {
      const { unit } = this.#look;
      const cursor = { x: x + typed + 1, y: y + whole.height + 3 * unit };
      surface.fill(
        { ...cursor, width: this.#letterWidth - 1, height: this.#lineHeight - 6 * unit },
        palette.text,
        0.8,
      );
    }
  }

  #lettersTyped(index: number, time: number): number {
    const line = terminalScript[index];
    if (line?.kind !== "command") return Number.POSITIVE_INFINITY;
    const letters = Math.floor((time - (this.#starts[index] ?? 0) - 400) / typing);
    return prompt.length + Math.max(0, Math.min(line.text.length, letters));
  }

  #write(lines: readonly TerminalLine[]): Surface {
    const { code: font } = this.#look;
    const paper = new Surface(this.#area.width, lines.length * this.#lineHeight);
    paper.fill(paper.area, palette.window);
    lines.forEach(({ kind, text }, index) => {
      const baseline = (index + 0.7) * this.#lineHeight;
      const x = kind === "command" ? font.write(paper, prompt, 0, baseline, palette.green) : 0;
      font.write(paper, text, x, baseline, colors[kind]);
    });
    return paper;
  }
}
