import { fillArea, screenFrame } from "./frames.ts";
import { drawGlyph, drawText, glyphHeight, glyphWidth } from "./glyphs.ts";
import { smoothNoise } from "./noise.ts";

/** Names of scenes, which differ in their motion. The frames of a scene are the same in every run. */
export type SceneName = "still page" | "typing" | "scrolling" | "video";

/** Draws the frames of a scene. */
export interface Scene {
  /** Writes the whole BGRA frame. */
  draw(frame: number, data: Uint8Array<ArrayBuffer>): void;
}

const paper = 0xffffffff;
/** Number of frames after which the blinking caret appears or disappears. */
const blink = 15;
/** Scrolled pixels per frame. */
const scrollSpeed = 12;

/** Returns the scene of this name, `width` x `height` pixels large. */
export function sceneNamed(name: SceneName, width: number, height: number): Scene {
  switch (name) {
    case "still page":
      return stillPage(width, height);
    case "typing":
      return typing(width, height);
    case "scrolling":
      return scrolling(width, height);
    case "video":
      return video(width, height);
  }
}

function stillPage(width: number, height: number): Scene {
  const page = screenFrame(width, height);
  return { draw: (_frame, data) => data.set(page) };
}

/** Adds a glyph every third frame and blinks a caret after the last one. */
function typing(width: number, height: number): Scene {
  const page = new Uint32Array(width * height).fill(paper);
  drawText(page, width, { x: 40, y: 40, width: width - 80, height: height / 2 }, 5);
  const columns = Math.floor((width - 80) / glyphWidth) - 1;
  const top = 60 + Math.ceil(height / 2 / glyphHeight) * glyphHeight;
  const cell = (index: number) => ({
    x: 40 + (index % columns) * glyphWidth,
    y: top + Math.floor(index / columns) * glyphHeight,
  });
  return {
    draw(frame, data) {
      const pixels = new Uint32Array(data.buffer);
      pixels.set(page);
      const typed = Math.floor(frame / 3);
      for (let index = 0; index < typed; index++) {
        const { x, y } = cell(index);
        drawGlyph(pixels, width, x, y, index * 29 + 3);
      }
      if (frame % (2 * blink) < blink) {
        fillArea(pixels, width, { ...cell(typed), width: 2, height: glyphHeight - 2 }, 0xff000000);
      }
    },
  };
}

/** Scrolls in a loop through a page of text that is three times as high as the frame. */
function scrolling(width: number, height: number): Scene {
  const rows = height * 3;
  const page = new Uint32Array(width * rows).fill(paper);
  drawText(page, width, { x: 40, y: 0, width: width - 80, height: rows }, 5);
  return {
    draw(frame, data) {
      const pixels = new Uint32Array(data.buffer);
      const first = (frame * scrollSpeed) % rows;
      const upper = page.subarray(first * width, Math.min(rows, first + height) * width);
      pixels.set(upper);
      pixels.set(page.subarray(0, pixels.length - upper.length), upper.length);
    },
  };
}

/** Moves two layers of smooth noise across each other, over the whole frame. */
function video(width: number, height: number): Scene {
  const size = 1024;
  const layers = [smoothNoise(size, size, 51), smoothNoise(size, size, 61)] as const;
  return {
    draw(frame, data) {
      const pixels = new Uint32Array(data.buffer);
      for (let y = 0, index = 0; y < height; y++) {
        const near = ((y + frame * 3) & (size - 1)) * size;
        const far = ((y + size - frame) & (size - 1)) * size;
        for (let x = 0; x < width; x++, index++) {
          const a = layers[0][near + ((x + frame * 5) & (size - 1))] as number;
          const b = layers[1][far + ((x + frame * 2) & (size - 1))] as number;
          pixels[index] = (0xff000000 | (((a + b) >> 1) << 16) | (a << 8) | b) >>> 0;
        }
      }
    },
  };
}
