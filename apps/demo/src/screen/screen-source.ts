import type { CaptureSink, CaptureSource } from "../capture-source.ts";
import { ScreenGrab, type ScreenOptions } from "./screen-grab.ts";
import { watchScreenSize } from "./x-root-window.ts";

/**
 * The screen, captured by the ffmpeg on PATH as BGRX. ffmpeg captures one size only: it ends when the screen becomes
 * smaller, and captures a part of a screen that becomes larger. So each size of the screen gets a new ffmpeg.
 */
export class ScreenSource implements CaptureSource {
  readonly name = "screen";
  readonly hasAudio = false;
  readonly takesInput = false;
  readonly #options: ScreenOptions;
  #grab: ScreenGrab;
  /** Size of the screen according to the X server; `undefined` if unknown. */
  #screenSize: string | undefined;
  #isStopped = false;
  #endWatch = () => {};
  #onFrame = () => {};

  private constructor(grab: ScreenGrab, options: ScreenOptions) {
    this.#grab = grab;
    this.#options = options;
  }

  /** Resolves when ffmpeg has opened the screen. Rejects with a user-facing Error if ffmpeg cannot open the screen. */
  static async open(options: ScreenOptions): Promise<ScreenSource> {
    return new ScreenSource(await ScreenGrab.open(options), options);
  }

  get frameBytes(): number {
    return this.#grab.frameBytes;
  }

  start(sink: CaptureSink): void {
    const { DISPLAY } = process.env;
    if (process.platform === "linux" && DISPLAY)
      this.#endWatch = watchScreenSize(DISPLAY, process.env, (size) => {
        this.#screenSize = size;
        this.#stopIfResized();
      });
    this.#captureEachSize(sink).catch((error) => sink.failed(error));
  }

  /** Resolves with the next frame. ffmpeg delivers frames at a steady rate, even of a screen that does not change. */
  check(): Promise<void> {
    return new Promise((resolve) => {
      this.#onFrame = resolve;
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#endWatch();
    this.#grab.stop();
  }

  /** Resolves after {@link stop}. Rejects if ffmpeg ends although the screen has kept its size. */
  async #captureEachSize(sink: CaptureSink): Promise<void> {
    for (;;) {
      this.#stopIfResized();
      for await (const frame of this.#grab.frames((bytes) => sink.allocate(bytes))) {
        this.#onFrame();
        sink.frame(frame);
      }
      if (this.#isStopped) return;
      const failure = await this.#grab.ended;
      const grab = await ScreenGrab.open(this.#options).catch((error) => {
        throw failure ?? error;
      });
      const isSameSize = grab.screenSize === this.#grab.screenSize;
      this.#grab = grab;
      if (this.#isStopped || (failure && isSameSize)) grab.stop();
      if (this.#isStopped) return;
      if (failure && isSameSize) throw failure;
    }
  }

  #stopIfResized(): void {
    if (this.#screenSize !== undefined && this.#screenSize !== this.#grab.screenSize) this.#grab.stop();
  }
}
