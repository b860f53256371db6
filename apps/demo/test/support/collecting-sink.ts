import { EventEmitter, once } from "node:events";
import { Readable } from "node:stream";
import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { EncodedImageSample, ImageSample } from "@broadcast-ipc/image-codec";
import type { CaptureTarget } from "@broadcast-ipc/page-capture";
import type { CaptureSink } from "../../src/capture-source.ts";
import type { FrameMemory } from "../../src/frame-memory.ts";

type Frame = ImageSample | EncodedImageSample;

/** Collects the frames and audio that a source delivers, wants all of them, and sends input. */
export class CollectingSink implements CaptureSink {
  /** Resolves when the source fails. */
  readonly failure: Promise<Error>;
  readonly audioSamples: AudioSample[] = [];
  readonly target: CaptureTarget = {
    demand: { video: {}, audio: null },
    closed: new Promise(() => {}),
    upload: async (sample) => this.frame(sample),
    send: async () => {},
    messages: () => this.#inputs,
    on: () => {},
    off: () => {},
  };
  /** Memory that was allocated and not disposed. */
  readonly allocated: Set<FrameMemory> = new Set();
  readonly #free: ArrayBuffer[] = [];
  readonly #inputs = new Readable({ objectMode: true, read() {} });
  #last: Frame | undefined;
  readonly #events = new EventEmitter<{ frame: [Frame]; audio: [AudioSample]; failed: [Error] }>();

  constructor() {
    this.failure = once(this.#events, "failed").then(([error]) => error);
  }

  /** The newest frame. */
  get last(): Frame | undefined {
    return this.#last;
  }

  /** Returns reused memory, as an uploader does. */
  allocate(bytes: number): FrameMemory {
    const index = this.#free.findIndex(({ byteLength }) => byteLength === bytes);
    const [buffer = new ArrayBuffer(bytes)] = index < 0 ? [] : this.#free.splice(index, 1);
    const memory: FrameMemory = Object.assign(new Uint8Array(buffer), {
      [Symbol.dispose]: () => {
        if (this.allocated.delete(memory)) this.#free.push(buffer);
      },
    });
    this.allocated.add(memory);
    return memory;
  }

  frame(sample: Frame): void {
    this.#last = sample;
    this.#events.emit("frame", sample);
  }

  audio(sample: AudioSample): void {
    this.audioSamples.push(sample);
    this.#events.emit("audio", sample);
  }

  failed(error: Error): void {
    this.#events.emit("failed", error);
  }

  /** Sends a viewer's input, a `ViewerInput`, to the source. */
  input(data: object): void {
    this.#inputs.push({ data });
  }

  /** Resolves with the next frame. Rejects if the source fails. */
  async nextFrame(): Promise<Frame> {
    const failed = this.failure.then((error) => Promise.reject(error));
    const [frame] = await Promise.race([once(this.#events, "frame"), failed]);
    return frame;
  }

  /** Resolves with the next audio sample. */
  async nextAudio(): Promise<AudioSample> {
    const [audio] = await once(this.#events, "audio");
    return audio;
  }
}
