import { now } from "@broadcast-ipc/uploader";
import { screenFrame } from "../scenes/frames.ts";
import { sceneNamed } from "../scenes/scenes.ts";
import type { LiveFrame } from "./lane.ts";
import { height, type LiveParameters, width } from "./live-parameters.ts";

/** Number of frames that are drawn beforehand and captured in a loop. */
const loopLength = 24;

/** Produces the frames of a capture process, and counts allocated buffers and frames given back. */
export class FrameSource {
  readonly #next: () => Uint8Array<ArrayBuffer>;
  readonly #free: Uint8Array<ArrayBuffer>[] = [];
  #allocated = 0;
  #taken = 0;
  #givenBack = 0;

  constructor(scene: LiveParameters["scene"]) {
    if (scene === "ring") {
      const page = screenFrame(width, height);
      this.#next = () => this.#draw(page);
      return;
    }
    const drawer = sceneNamed(scene, width, height);
    const frames = Array.from({ length: loopLength }, (_, frame) => {
      const data = new Uint8Array(width * height * 4);
      drawer.draw(frame, data);
      return data;
    });
    this.#next = () => frames[this.#taken % loopLength] as Uint8Array<ArrayBuffer>;
  }

  /** Numbers of allocated buffers, frames taken and frames given back. */
  get counts(): { readonly allocated: number; readonly taken: number; readonly givenBack: number } {
    return { allocated: this.#allocated, taken: this.#taken, givenBack: this.#givenBack };
  }

  /** Returns the next frame, with the current time as its timestamp. */
  take(): LiveFrame {
    const data = this.#next();
    this.#taken++;
    return {
      data,
      timestamp: now(),
      [Symbol.dispose]: () => {
        this.#givenBack++;
        if (this.#allocated > 0) this.#free.push(data);
      },
    };
  }

  #draw(page: Uint8Array): Uint8Array<ArrayBuffer> {
    let buffer = this.#free.pop();
    if (!buffer) {
      buffer = new Uint8Array(page.byteLength);
      this.#allocated++;
    }
    buffer.set(page);
    // Draws a white row, one row lower in each frame.
    buffer.fill(255, (this.#taken % height) * width * 4, ((this.#taken % height) + 1) * width * 4);
    return buffer;
  }
}
