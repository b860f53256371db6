import { frameCodeArea } from "./frame-code.ts";
import type { Area } from "./surface.ts";

/** Where everything lies on a desktop. Windows that the picture has no room for are left out. */
export interface DesktopLayout {
  /** Pixels of one unit: 1 on a desktop of 1280 x 720. */
  readonly unit: number;
  readonly panel: Area;
  readonly statusBar: Area;
  readonly counter: Area;
  readonly plot: Area;
  readonly terminal?: Area | undefined;
  readonly editor?: Area | undefined;
  readonly track?: Area | undefined;
}

/** Below this unit the text of the wide arrangement would be too small to read. */
const smallestWideUnit = 0.6;

/** Arranges the windows side by side where there is room for it, else one under the other. */
export function arrangeDesktop(width: number, height: number): DesktopLayout {
  const unit = Math.min(width / 1280, height / 720);
  return width / height >= 1.2 && unit >= smallestWideUnit
    ? sideBySide(width, height, unit)
    : stacked(width, height, Math.max(0.5, Math.min(width / 440, height / 265)));
}

function bars(width: number, height: number, unit: number): Pick<DesktopLayout, "panel" | "statusBar"> {
  const statusBar = frameCodeArea(height).y - 8;
  return {
    panel: { x: 0, y: 0, width, height: Math.round(30 * unit) },
    statusBar: { x: 0, y: statusBar, width, height: height - statusBar },
  };
}

function sideBySide(width: number, height: number, unit: number): DesktopLayout {
  const place = (x: number, y: number, right: number, bottom: number): Area => {
    const [left, top] = [Math.round((x * width) / 1280), Math.round((y * height) / 720)];
    return {
      x: left,
      y: top,
      width: Math.round((right * width) / 1280) - left,
      height: Math.round((bottom * height) / 720) - top,
    };
  };
  return {
    unit,
    ...bars(width, height, unit),
    editor: place(44, 64, 676, 556),
    track: place(44, 584, 588, 664),
    counter: place(716, 64, 1236, 172),
    plot: place(716, 196, 1236, 366),
    terminal: place(632, 390, 1192, 664),
  };
}

function stacked(width: number, height: number, unit: number): DesktopLayout {
  const { panel, statusBar } = bars(width, height, unit);
  const gap = Math.round(12 * unit);
  const room = statusBar.y - panel.height;
  const windows: { name: "counter" | "plot" | "terminal" | "editor"; share: number }[] = [
    { name: "counter", share: 96 },
    { name: "plot", share: 100 },
  ];
  if (room > 340 * unit) windows.push({ name: "terminal", share: 170 });
  if (room > 560 * unit) windows.push({ name: "editor", share: 230 });

  const shares = windows.reduce((sum, { share }) => sum + share, 0);
  const free = room - gap * (windows.length + 1);
  const areas: Partial<Record<"counter" | "plot" | "terminal" | "editor", Area>> = {};
  let y = panel.height + gap;
  for (const { name, share } of windows) {
    const tall = Math.floor((free * share) / shares);
    areas[name] = { x: gap, y, width: width - 2 * gap, height: tall };
    y += tall + gap;
  }
  const { counter = panel, plot = panel, terminal, editor } = areas;
  return { unit, panel, statusBar, counter, plot, terminal, editor };
}
