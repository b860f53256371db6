import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { EncodedImageSample, ImageSample } from "@broadcast-ipc/image-codec";
import type { CaptureTarget } from "@broadcast-ipc/page-capture";
import type { BroadcastUploader, FanOut } from "@broadcast-ipc/uploader";
import type { CaptureSink } from "./capture-source.ts";

interface SourceSinkOptions {
  /** The uploader of the viewers. Only viewers send input, and only they are told about a captured page. */
  readonly uploader: BroadcastUploader;
  /** The viewers and the recorder, which get the samples. */
  readonly targets: FanOut;
  /** Called for each frame. */
  onFrame(): void;
  /** Called when the source has failed. */
  onFailure(error: Error): void;
}

/** Uploads the samples of a source, and connects the source with its viewers. */
export class SourceSink implements CaptureSink {
  readonly target: CaptureTarget;
  readonly #options: SourceSinkOptions;

  constructor(options: SourceSinkOptions) {
    const { uploader, targets } = options;
    this.#options = options;
    const eventsOf = (event: "connect" | "disconnect" | "demand") =>
      event === "demand" ? targets : uploader;
    this.target = {
      get demand() {
        return targets.demand;
      },
      closed: uploader.closed,
      upload: (sample) => this.frame(sample),
      send: (type, data, payload) => uploader.send(type, data, payload),
      messages: (options) => uploader.messages(options),
      on: (event, listener) => eventsOf(event).on(event, listener),
      off: (event, listener) => eventsOf(event).off(event, listener),
    };
  }

  frame(sample: ImageSample | EncodedImageSample): Promise<unknown> {
    this.#options.onFrame();
    return this.#options.targets.upload(sample);
  }

  audio(sample: AudioSample): void {
    void this.#options.targets.upload(sample);
  }

  failed(error: Error): void {
    this.#options.onFailure(error);
  }
}
