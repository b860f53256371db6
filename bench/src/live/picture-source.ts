import { now } from "@broadcast-ipc/uploader";
import { screenPicture } from "../scenes/pictures.ts";
import { sceneNamed } from "../scenes/scenes.ts";
import type { LivePicture } from "./lane.ts";
import { height, type LiveOrder, width } from "./live-order.ts";

/** Frames that are drawn beforehand, and shown over and over. */
const loopLength = 24;

/** Draws the pictures that a capture process offers, and counts what becomes of their buffers. */
export class PictureSource {
  readonly #next: () => Uint8Array<ArrayBuffer>;
  readonly #free: Uint8Array<ArrayBuffer>[] = [];
  #allocated = 0;
  #taken = 0;
  #givenBack = 0;

  constructor(scene: LiveOrder["scene"]) {
    if (scene === "ring") {
      const page = screenPicture(width, height);
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

  /** Buffers that the ring has grown to, pictures that were taken from it, and how many of them came back. */
  get counts(): { readonly allocated: number; readonly taken: number; readonly givenBack: number } {
    return { allocated: this.#allocated, taken: this.#taken, givenBack: this.#givenBack };
  }

  /** The next picture, captured now. */
  take(): LivePicture {
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
    // Something moves from one picture to the next.
    buffer.fill(255, (this.#taken % height) * width * 4, ((this.#taken % height) + 1) * width * 4);
    return buffer;
  }
}
