import type { Font } from "./font.ts";
import type { Surface } from "./surface.ts";

/** What a moving part of the desktop is drawn for. */
export interface Moment {
  readonly frame: number;
  /** Time of day, since the epoch; motion follows it, so that its speed is the same at any frame rate. */
  readonly milliseconds: number;
}

/** A part of the desktop that moves. Its constructor paints what stands still onto the background. */
export interface DesktopPart {
  draw(surface: Surface, moment: Moment): void;
}

/** The sizes that a desktop is drawn in. */
export interface Look {
  /** Pixels of one unit: 1 on a desktop of 1280 x 720. */
  readonly unit: number;
  readonly small: Font;
  readonly regular: Font;
  readonly large: Font;
  readonly code: Font;
}
