import { now } from "@broadcast-ipc/uploader";
import { screenFrame } from "../scenes/frames.ts";
import { FramePool } from "../screen/frame-pool.ts";
import type { CapturedFrame, FrameSource } from "../screen/frame-source.ts";
import { framesPerSecond, height, width } from "../screen/screen-size.ts";
import type { LiveKitParameters } from "./livekit-parameters.ts";

/** Captures the same frame again and again. */
export class GeneratedFrames implements FrameSource {
  readonly programPid = undefined;
  readonly #pool: FramePool;

  constructor({ format }: Pick<LiveKitParameters, "format">) {
    const drawn = screenFrame(width, height);
    // An I420 frame has fewer bytes. Their values do not matter, because nothing encodes the frame.
    const data = format === "BGRX" ? drawn : drawn.slice(0, width * height * 1.5);
    this.#pool = new FramePool(() => data.slice());
  }

  start(onFrame: (frame: CapturedFrame) => void): void {
    const capture = (dueAt: number) => {
      const data = this.#pool.take();
      onFrame({ data, timestamp: now(), [Symbol.dispose]: () => this.#pool.giveBack(data) });
      const next = Math.max(dueAt + 1000 / framesPerSecond, performance.now());
      setTimeout(capture, next - performance.now(), next);
    };
    capture(performance.now());
  }
}
