import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { EncodedImageSample, ImageSample } from "@broadcast-ipc/image-codec";
import type { CaptureTarget } from "@broadcast-ipc/page-capture";
import type { FrameMemory } from "./frame-memory.ts";

/** Receives the samples of a source. */
export interface CaptureSink {
  /** The target of the uploads, for sources that follow the demand and perform input. */
  readonly target: CaptureTarget;
  /** Returns memory for a frame. The source owns it until the frame is passed to {@link frame}. */
  allocate(bytes: number): FrameMemory;
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
  /** Whether the source performs the input of viewers. */
  readonly takesInput: boolean;
  /** Size of an uncompressed frame in bytes; absent if frames are compressed. */
  readonly frameBytes?: number;
  start(sink: CaptureSink): void;
  stop(): void | Promise<void>;
  /** Text to print for the user about how the source is captured. */
  readonly note?: string | undefined;
  /**
   * Resolves or rejects if the source responds, and stays pending if the source hangs. Absent if a source that is silent
   * for a while cannot hang.
   */
  check?(): Promise<unknown>;
}
