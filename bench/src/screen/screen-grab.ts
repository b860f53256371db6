import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { now } from "@broadcast-ipc/uploader";
import { FramePool } from "./frame-pool.ts";
import type { CapturedFrame, FrameSource } from "./frame-source.ts";
import { framesPerSecond, height, width } from "./screen-size.ts";

interface GrabOptions {
  /** The X display, such as `:99`. */
  readonly display: string | undefined;
  readonly format: "BGRX" | "I420";
}

/** Captures an X display with the ffmpeg on PATH. Frames arrive through a pipe, as in the demo's source "screen". */
export class ScreenGrab implements FrameSource {
  readonly programPid: number | undefined;
  readonly #frames: Readable;
  readonly #pool: FramePool;

  private constructor(programPid: number | undefined, frames: Readable, length: number) {
    this.programPid = programPid;
    this.#frames = frames;
    this.#pool = new FramePool(() => new Uint8Array(length));
  }

  /** Resolves when ffmpeg has written the beginning of the first frame. Rejects if ffmpeg is not installed or ends. */
  static async open({ display, format }: GrabOptions): Promise<ScreenGrab> {
    const grab = ["-f", "x11grab", "-framerate", String(framesPerSecond), "-i", String(display)];
    const pixels = ["-fps_mode", "passthrough", "-pix_fmt", format === "BGRX" ? "bgr0" : "yuv420p"];
    const args = ["-nostdin", "-loglevel", "error", ...grab, ...pixels, "-f", "rawvideo", "pipe:1"];
    const ffmpeg = spawn("ffmpeg", args, { stdio: ["ignore", "pipe", "pipe"] });
    let log = "";
    ffmpeg.stderr.on("data", (text) => {
      log = String(text);
    });
    const ended = once(ffmpeg, "exit").then(() => Promise.reject(new Error(`ffmpeg ended: ${log.trim()}`)));
    await Promise.race([once(ffmpeg.stdout, "readable"), ended]);
    // The stream also becomes readable when it ends.
    if (ffmpeg.stdout.readableLength === 0) await ended;
    const length = width * height * (format === "BGRX" ? 4 : 1.5);
    return new ScreenGrab(ffmpeg.pid, ffmpeg.stdout, length);
  }

  start(onFrame: (frame: CapturedFrame) => void): void {
    let data = this.#pool.take();
    let filled = 0;
    this.#frames.on("data", (chunk: Buffer) => {
      for (let offset = 0; offset < chunk.length; ) {
        const part = chunk.subarray(offset, offset + data.length - filled);
        data.set(part, filled);
        filled += part.length;
        offset += part.length;
        if (filled < data.length) continue;
        const whole = data;
        onFrame({ data: whole, timestamp: now(), [Symbol.dispose]: () => this.#pool.giveBack(whole) });
        data = this.#pool.take();
        filled = 0;
      }
    });
  }
}
