import type { DesktopPart, Look, Moment } from "./desktop-part.ts";
import { paintWindow } from "./desktop-window.ts";
import { palette } from "./palette.ts";
import type { Area, Surface } from "./surface.ts";

const code = `import { socketPath } from "@broadcast-ipc/ipc-channel";
import { BroadcastReceiver } from "@broadcast-ipc/receiver";

// Another process captures; this one shows.
const path = socketPath("desktop");
await using receiver = await BroadcastReceiver.accept(path);

receiver.enableAudio();

for await (const sample of receiver) {
  if (sample.type === "audio") {
    speaker.play(sample); // every stretch, in order
  } else {
    screen.show(sample); // always the newest picture
  }
}

// Here the capturer went away, and nothing else broke.
screen.showText("The picture ended.");`;

/** Comments, strings, keywords, names of classes, names of functions, and all the rest. */
const tokens =
  /(?<comment>\/\/.*)|(?<string>"[^"]*")|(?<keyword>\b(?:import|from|const|await|using|for|of|if|else)\b)|(?<class>\b[A-Z]\w+)|(?<call>\w+(?=\())|\w+|\s+|./g;

const colors: Record<string, number> = {
  comment: palette.dim,
  string: palette.green,
  keyword: palette.purple,
  class: palette.amber,
  call: palette.blue,
};

/** An editor window: a page of code that stands still, and a cursor that blinks. */
export class Editor implements DesktopPart {
  readonly #cursor: Area;

  constructor(background: Surface, area: Area, look: Look) {
    const { unit, code: font } = look;
    const inside = paintWindow(background, area, "show.ts", look);
    const lineHeight = Math.round(23 * unit);
    const left = inside.x + 52 * unit;
    const lines = code.split("\n").slice(0, Math.floor((inside.height - 12 * unit) / lineHeight));
    const active = Math.min(13, lines.length - 1);
    const topOf = (line: number): number => inside.y + Math.round(10 * unit) + line * lineHeight;

    background.fill({ ...inside, y: topOf(active), height: lineHeight }, palette.edge, 0.05);
    let end = left;
    lines.forEach((line, index) => {
      const baseline = topOf(index) + lineHeight * 0.69;
      const number = String(index + 1);
      const color = index === active ? palette.dim : palette.faint;
      font.write(background, number, inside.x + 36 * unit - font.measure(number), baseline, color);
      let x = left;
      for (const { 0: token, groups = {} } of line.matchAll(tokens)) {
        const kind = Object.keys(groups).find((name) => groups[name] !== undefined) ?? "";
        const visible = font.fit(token, inside.x + inside.width - 6 * unit - x);
        x = font.write(background, visible, x, baseline, colors[kind] ?? palette.text);
      }
      if (index === active) end = x;
    });
    this.#cursor = {
      x: end + 1,
      y: topOf(active) + 3 * unit,
      width: Math.max(1, 2 * unit),
      height: lineHeight - 6 * unit,
    };
  }

  draw(surface: Surface, { milliseconds }: Moment): void {
    if (milliseconds % 1_000 < 550) surface.fill(this.#cursor, palette.cyan);
  }
}
