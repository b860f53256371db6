import { now } from "@broadcast-ipc/uploader";
import { BufferRing } from "../buffer-ring.ts";
import type { CaptureSink, CaptureSource } from "../capture-source.ts";
import { Ffmpeg } from "../ffmpeg/ffmpeg.ts";
import { wholeBuffers } from "../ffmpeg/whole-buffers.ts";
import { grabArguments } from "./grab-arguments.ts";

interface ScreenOptions {
  readonly framesPerSecond: number;
  /** Size of the frames. Default: the size of the screen. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
}

/** Longest wait for ffmpeg to open the screen, in ms. */
const openTimeout = 5000;

/** The screen, captured by the ffmpeg on PATH as BGRX. */
export class ScreenSource implements CaptureSource {
  readonly name = "screen";
  readonly hasAudio = false;
  readonly takesInput = false;
  readonly #ffmpeg: Ffmpeg;
  readonly #width: number;
  readonly #height: number;
  readonly #ring: BufferRing;
  #onFrame = () => {};

  private constructor(ffmpeg: Ffmpeg, width: number, height: number) {
    this.#ffmpeg = ffmpeg;
    this.#width = width;
    this.#height = height;
    this.#ring = new BufferRing(width * height * 4);
  }

  /** Resolves when ffmpeg has opened the screen. Rejects with a user-facing Error if ffmpeg cannot open the screen. */
  static async open({ framesPerSecond, size }: ScreenOptions): Promise<ScreenSource> {
    const grab = grabArguments(framesPerSecond, process.platform, process.env);
    const scale = size ? ["-vf", `scale=${size.width}:${size.height}`] : [];
    const raw = ["-fps_mode", "passthrough", "-pix_fmt", "bgr0", "-f", "rawvideo", "pipe:1"];
    const ffmpeg = await Ffmpeg.start([...grab, ...scale, ...raw], "capture the screen");
    // ffmpeg prints the frame size before it writes the first frame.
    const announced = await ffmpeg.says(/Output #0.*?Video: rawvideo.*?, (\d+)x(\d+)/s, openTimeout);
    if (announced) return new ScreenSource(ffmpeg, Number(announced[1]), Number(announced[2]));
    ffmpeg.stop();
    throw new Error(`ffmpeg could not open the screen: ${ffmpeg.lastWords}`);
  }

  start(sink: CaptureSink): void {
    this.#ffmpeg.onFailure((error) => sink.failed(error));
    void this.#deliver(sink);
  }

  /** Resolves with the next frame. ffmpeg delivers frames at a steady rate, even of a screen that does not change. */
  check(): Promise<void> {
    return new Promise((resolve) => {
      this.#onFrame = resolve;
    });
  }

  stop(): void {
    this.#ffmpeg.stop();
  }

  async #deliver(sink: CaptureSink): Promise<void> {
    for await (const data of wholeBuffers(this.#ffmpeg.frames, () => this.#ring.take())) {
      this.#onFrame();
      sink.frame({
        type: "image",
        format: "BGRX",
        codedWidth: this.#width,
        codedHeight: this.#height,
        data,
        timestamp: now(),
        [Symbol.dispose]: () => this.#ring.giveBack(data),
      });
    }
  }
}
