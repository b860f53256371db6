import { now } from "@broadcast-ipc/uploader";
import type { CaptureSink, CaptureSource } from "../capture-source.ts";
import { sampleIn } from "../frame-memory.ts";
import { TestPattern } from "./test-pattern.ts";
import { Tone } from "./tone.ts";

const sampleRate = 48_000;
const numberOfChannels = 2;
/** Duration of one audio sample, in ms. */
const stretch = 20;

interface SyntheticOptions {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
}

/** A moving test pattern and a tone. Needs neither a browser nor a screen. */
export class SyntheticSource implements CaptureSource {
  readonly name = "test pattern";
  readonly hasAudio = true;
  readonly takesInput = false;
  readonly #options: SyntheticOptions;
  readonly #pattern: TestPattern;
  readonly #tone = new Tone(sampleRate, numberOfChannels);
  #stops: (() => void)[] = [];

  constructor(options: SyntheticOptions) {
    this.#options = options;
    this.#pattern = new TestPattern(options.width, options.height, options.framesPerSecond);
  }

  get frameBytes(): number {
    return this.#options.width * this.#options.height * 4;
  }

  start(sink: CaptureSink): void {
    this.#stops = [
      every(1000 / this.#options.framesPerSecond, (frame) => this.#draw(frame, sink)),
      every(stretch, () => this.#audio(sink)),
    ];
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  #draw(frame: number, sink: CaptureSink): void {
    const { width, height } = this.#options;
    const memory = sink.allocate(this.frameBytes);
    const timestamp = now();
    this.#pattern.draw(memory, frame, Date.now());
    sink.frame({
      type: "image",
      format: "RGBA",
      codedWidth: width,
      codedHeight: height,
      timestamp,
      ...sampleIn(memory),
    });
  }

  #audio(sink: CaptureSink): void {
    const numberOfFrames = (sampleRate * stretch) / 1000;
    const timestamp = now();
    const data = this.#tone.next(numberOfFrames);
    sink.audio({
      type: "audio",
      format: "s16",
      sampleRate,
      numberOfChannels,
      numberOfFrames,
      data,
      timestamp,
    });
  }
}

/** Longest delay that {@link every} makes up for, in ms. A longer delay means that the process was suspended. */
const longestCatchUp = 500;

/** Calls `callback` at a steady rate without drift: a late call shortens the wait for the next call. */
function every(milliseconds: number, callback: (count: number) => void): () => void {
  let start = performance.now();
  let count = 0;
  let timer: NodeJS.Timeout;
  const tick = () => {
    callback(count);
    count++;
    const late = performance.now() - (start + count * milliseconds);
    if (late > longestCatchUp) start += late;
    timer = setTimeout(tick, Math.max(0, -late));
  };
  timer = setTimeout(tick, 0);
  return () => clearTimeout(timer);
}
