import { EventEmitter } from "node:events";
import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { EncodedImageSample, ImageSample } from "@broadcast-ipc/image-codec";
import type { CaptureTarget } from "@broadcast-ipc/page-capture";
import type { BroadcastUploader, FanOut } from "@broadcast-ipc/uploader";
import type { FeedName } from "./capture-messages.ts";
import type { CaptureSink } from "./capture-source.ts";
import type { FeedLink } from "./feed-link.ts";
import type { FrameMemory } from "./frame-memory.ts";

interface SourceSinkOptions {
  /** The uploader of the viewers. */
  readonly uploader: BroadcastUploader;
  /** The link to the publisher. Participants of the room send input and get the notices of a page, like the viewers. */
  readonly livekit: FeedLink;
  /** The viewers, the recorder and the publisher, which get the samples. */
  readonly targets: FanOut;
  /** Called for each frame. */
  onFrame(): void;
  /** Called when the source has failed. */
  onFailure(error: Error): void;
}

/** Uploads the samples of a source, and exchanges its messages with the viewers and the publisher, not with recorders. */
export class SourceSink implements CaptureSink {
  readonly target: CaptureTarget;
  readonly #options: SourceSinkOptions;

  constructor(options: SourceSinkOptions) {
    const { uploader, livekit, targets } = options;
    this.#options = options;
    const events = userEvents(targets, livekit);
    this.target = {
      get demand() {
        return targets.demand;
      },
      closed: uploader.closed,
      upload: (sample) => this.frame(sample),
      send: (type, data, payload) => {
        void livekit.uploader?.send(type, data, payload);
        return uploader.send(type, data, payload);
      },
      messages: (options) => targets.messages(options),
      on: (event, listener) => events.on(event, listener),
      off: (event, listener) => events.off(event, listener),
    };
  }

  /** Returns memory that the viewers' connection sends without a copy, if it goes through shared memory. */
  allocate(bytes: number): FrameMemory {
    return this.#options.uploader.allocate(bytes);
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

/** Returns the events of the targets, without "connect" and "disconnect" of the recorder. */
function userEvents(
  targets: FanOut,
  livekit: FeedLink,
): EventEmitter<{ connect: []; disconnect: []; demand: [] }> {
  const recorder: FeedName = "recorder";
  const events = new EventEmitter<{ connect: []; disconnect: []; demand: [] }>();
  targets.on("demand", () => events.emit("demand"));
  targets.on("connect", (name) => name !== recorder && events.emit("connect"));
  targets.on("disconnect", (_, name) => name !== recorder && events.emit("disconnect"));
  // The publisher connects before it becomes a target, so the targets emit no "connect" for it.
  livekit.on("open", () => events.emit("connect"));
  return events;
}
