import { BallTrack } from "./ball-track.ts";
import { arrangeDesktop } from "./desktop-layout.ts";
import type { DesktopPart, Look } from "./desktop-part.ts";
import { Editor } from "./editor.ts";
import { Font } from "./font.ts";
import { drawFrameCode, frameCodeArea } from "./frame-code.ts";
import { FrameCounter } from "./frame-counter.ts";
import { interMedium, jetBrainsMonoMedium } from "./glyph-data.ts";
import { palette } from "./palette.ts";
import { Pointer } from "./pointer.ts";
import { type Area, Surface } from "./surface.ts";
import { Terminal } from "./terminal.ts";
import { TopPanel } from "./top-panel.ts";
import { Typeface } from "./typeface.ts";
import { paintWallpaper } from "./wallpaper.ts";
import { WavePlot } from "./wave-plot.ts";

/**
 * A desktop that moves, drawn by Node alone: a clock, an editor, a terminal, waves, a mouse pointer and a frame
 * counter that machines can read too (`readFrameCode`). What stands still is drawn once, by the constructor.
 */
export class SyntheticDesktop {
  readonly width: number;
  readonly height: number;
  readonly #background: Surface;
  readonly #parts: readonly DesktopPart[];

  /** Even sizes from 320 x 180 to 3840 x 2160 look right. */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#background = new Surface(width, height);
    const { unit, panel, statusBar, counter, editor, plot, terminal, track } = arrangeDesktop(width, height);
    const inter = new Typeface(interMedium);
    const look: Look = {
      unit,
      small: new Font(inter, 11.5 * unit),
      regular: new Font(inter, 13 * unit),
      large: new Font(inter, 40 * unit),
      code: new Font(new Typeface(jetBrainsMonoMedium), 13.5 * unit),
    };

    paintWallpaper(this.#background);
    paintStatusBar(this.#background, statusBar, new Font(inter, 11));
    // From the back to the front.
    this.#parts = [
      new TopPanel(this.#background, panel, look),
      new FrameCounter(this.#background, counter, look),
      ...(track ? [new BallTrack(this.#background, track, look)] : []),
      ...(editor ? [new Editor(this.#background, editor, look)] : []),
      new WavePlot(this.#background, plot, look),
      ...(terminal ? [new Terminal(this.#background, terminal, look)] : []),
      new Pointer(look),
    ];
  }

  /**
   * Draws the whole picture as tightly packed RGBA, every alpha 255. The same arguments give the same pixels.
   *
   * @param pixels Room for width x height x 4 bytes, at a byte offset that is a multiple of 4.
   * @param milliseconds Time of day since the epoch: the clock shows it and all motion follows it.
   */
  draw(pixels: Uint8Array, frame: number, milliseconds: number): void {
    const { width, height } = this;
    const surface = new Surface(
      width,
      height,
      new Uint32Array(pixels.buffer, pixels.byteOffset, width * height),
    );
    surface.words.set(this.#background.words);
    for (const part of this.#parts) part.draw(surface, { frame, milliseconds });
    drawFrameCode(pixels, width, height, frame);
  }
}

/** As small in any picture, since the code that it holds is. */
function paintStatusBar(background: Surface, area: Area, font: Font): void {
  background.fill(area, palette.panel, 0.78);
  const code = frameCodeArea(background.height);
  const text = "the frame number, for machines";
  const left = code.x + code.width + 12;
  if (left + font.measure(text) > area.width) return;
  font.write(background, text, left, code.y + code.height, palette.dim);
}
