import { EventEmitter, once } from "node:events";
import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { EncodedImageSample, ImageSample } from "@broadcast-ipc/image-codec";
import type { CaptureSink } from "../../src/capture-source.ts";

type Picture = ImageSample | EncodedImageSample;

/** Takes what a source delivers, for a test to wait for. */
export class CollectingSink implements CaptureSink {
  /** Resolves when the source fails. */
  readonly failure: Promise<Error>;
  readonly sounds: AudioSample[] = [];
  #last: Picture | undefined;
  readonly #events = new EventEmitter<{ picture: [Picture]; sound: [AudioSample]; failed: [Error] }>();

  constructor() {
    this.failure = once(this.#events, "failed").then(([error]) => error);
  }

  /** The newest picture. */
  get last(): Picture | undefined {
    return this.#last;
  }

  picture(sample: Picture): void {
    this.#last = sample;
    this.#events.emit("picture", sample);
  }

  sound(sample: AudioSample): void {
    this.sounds.push(sample);
    this.#events.emit("sound", sample);
  }

  failed(error: Error): void {
    this.#events.emit("failed", error);
  }

  /** The next picture that comes; rejects if the source fails. */
  async nextPicture(): Promise<Picture> {
    const failed = this.failure.then((error) => Promise.reject(error));
    const [picture] = await Promise.race([once(this.#events, "picture"), failed]);
    return picture;
  }

  /** The next stretch of sound that comes. */
  async nextSound(): Promise<AudioSample> {
    const [sound] = await once(this.#events, "sound");
    return sound;
  }
}
