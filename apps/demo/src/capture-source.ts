import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { EncodedImageSample, ImageSample } from "@broadcast-ipc/image-codec";
import type { InputMessage } from "./input-message.ts";

/** Where a source delivers what it captures. */
export interface CaptureSink {
  picture(sample: ImageSample | EncodedImageSample): void;
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
  stop(): void | Promise<void>;
  /** What a person should know of how it is captured. */
  readonly note?: string | undefined;
  /** Does to it what a viewer did; absent where nobody can take over. */
  input?(message: InputMessage): void;
}
