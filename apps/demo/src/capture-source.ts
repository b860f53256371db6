import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { EncodedImageSample, ImageSample } from "@broadcast-ipc/image-codec";
import type { InputMessage } from "./input-message.ts";

/** Takes what a source captures. */
export interface CaptureSink {
  frame(sample: ImageSample | EncodedImageSample): void;
  audio(sample: AudioSample): void;
  /** The source has failed and delivers nothing more. */
  failed(error: Error): void;
}

/** A source of video frames, and of audio if `hasAudio`. */
export interface CaptureSource {
  /** Description for people. */
  readonly name: string;
  readonly hasAudio: boolean;
  start(sink: CaptureSink): void;
  stop(): void | Promise<void>;
  /** A sentence for the user about how the source is captured. */
  readonly note?: string | undefined;
  /** Passes a viewer's input to the source; absent if the source accepts no input. */
  input?(message: InputMessage): void;
}
