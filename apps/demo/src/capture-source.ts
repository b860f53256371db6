import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { ImageSample } from "@broadcast-ipc/image-codec";

/** Where a source delivers what it captures. */
export interface CaptureSink {
  picture(sample: ImageSample): void;
  sound(sample: AudioSample): void;
  /** Nothing more will come, for this reason. */
  failed(error: Error): void;
}

/** Something that moves. */
export interface CaptureSource {
  /** What a person calls it. */
  readonly name: string;
  readonly hasSound: boolean;
  start(sink: CaptureSink): void;
  stop(): void;
}
