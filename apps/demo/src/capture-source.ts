import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { EncodedImageSample, ImageSample } from "@broadcast-ipc/image-codec";
import type { InputMessage } from "./input-message.ts";

/** Receives the samples of a source. */
export interface CaptureSink {
  frame(sample: ImageSample | EncodedImageSample): void;
  audio(sample: AudioSample): void;
  /** Reports that the source has failed and delivers no more samples. */
  failed(error: Error): void;
}

/** A source of video frames, and of audio if `hasAudio`. */
export interface CaptureSource {
  /** Description shown to the user. */
  readonly name: string;
  readonly hasAudio: boolean;
  start(sink: CaptureSink): void;
  stop(): void | Promise<void>;
  /** Text to print for the user about how the source is captured. */
  readonly note?: string | undefined;
  /**
   * Settles if the source responds, and stays pending while the source hangs. Called while no frames arrive. Absent if the
   * source is not checked.
   */
  check?(): Promise<unknown>;
  /** Performs a viewer's input in the source; absent if the source accepts no input. */
  input?(message: InputMessage): void;
}
