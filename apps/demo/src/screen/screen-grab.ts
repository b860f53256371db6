import type { ImageSample } from "@broadcast-ipc/image-codec";
import { now } from "@broadcast-ipc/uploader";
import { Ffmpeg } from "../ffmpeg/ffmpeg.ts";
import { type FrameMemory, sampleIn } from "../frame-memory.ts";
import { grabArguments } from "./grab-arguments.ts";

/** How to capture the screen. */
export interface ScreenOptions {
  readonly framesPerSecond: number;
  /** Size of the frames. Default: the size of the screen. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
}

/** Longest wait for ffmpeg to open the screen, in ms. */
const openTimeout = 5000;

/** ffmpeg prints the size of the screen, and then the size of the frames, before it writes the first frame. */
const sizes = /Input #0.*?Video: .*?, (\d+x\d+)\b.*?Output #0.*?Video: rawvideo.*?, (\d+)x(\d+)\b/s;

/** One ffmpeg process that captures the screen as BGRX, at the size that the screen had when it was opened. */
export class ScreenGrab {
  /** Size of the screen, such as "1280x720". */
  readonly screenSize: string;
  /** Resolves when ffmpeg ends: with the reason if it ends by itself, or with `undefined` after {@link stop}. */
  readonly ended: Promise<Error | undefined>;
  readonly #ffmpeg: Ffmpeg;
  readonly #width: number;
  readonly #height: number;

  private constructor(ffmpeg: Ffmpeg, [, screenSize = "", width, height]: RegExpExecArray) {
    this.#ffmpeg = ffmpeg;
    this.screenSize = screenSize;
    this.#width = Number(width);
    this.#height = Number(height);
    this.ended = ffmpeg.ended.then(({ error }) => error);
  }

  /** Resolves when ffmpeg has opened the screen. Rejects with a user-facing Error if ffmpeg cannot open the screen. */
  static async open({ framesPerSecond, size }: ScreenOptions): Promise<ScreenGrab> {
    const grab = grabArguments(framesPerSecond, process.platform, process.env);
    const scale = size ? ["-vf", `scale=${size.width}:${size.height}`] : [];
    const raw = ["-fps_mode", "passthrough", "-pix_fmt", "bgr0", "-f", "rawvideo", "pipe:1"];
    const ffmpeg = await Ffmpeg.start([...grab, ...scale, ...raw], "capture the screen");
    const announced = await ffmpeg.says(sizes, openTimeout);
    if (announced) return new ScreenGrab(ffmpeg, announced);
    ffmpeg.stop();
    throw new Error(`ffmpeg could not open the screen: ${ffmpeg.reason}`);
  }

  /** Size of a frame in bytes. */
  get frameBytes(): number {
    return this.#width * this.#height * 4;
  }

  /** Yields the frames until ffmpeg ends. `allocate` returns the memory of a frame. */
  async *frames(allocate: (bytes: number) => FrameMemory): AsyncGenerator<ImageSample> {
    for await (const memory of this.#ffmpeg.frames.frames(() => allocate(this.frameBytes))) {
      yield {
        type: "image",
        format: "BGRX",
        codedWidth: this.#width,
        codedHeight: this.#height,
        timestamp: now(),
        ...sampleIn(memory),
      };
    }
  }

  stop(): void {
    this.#ffmpeg.stop();
  }
}
