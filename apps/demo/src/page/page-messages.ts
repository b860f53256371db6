import type { AudioSampleFormat } from "@broadcast-ipc/audio-codec";
import type { ImageMetadata } from "@broadcast-ipc/image-codec";
import type { InputMessage } from "../input-message.ts";

/** Description of the broadcast that the page shows. */
export interface PageDescription {
  /** Name of the source, as shown to the viewer. */
  readonly source: string;
  /** Encoding of the frames from the capture process, as shown to the viewer. */
  readonly encoding: string;
  /** Whether the source has audio. */
  readonly audio: boolean;
  /** False if the timestamps of the frames come from the clock of another machine. The page then shows no age. */
  readonly sameClock?: boolean | undefined;
}

/** Figures of the connection from the capture process to the app process. */
export interface PageFigures {
  /** Frames received per second. */
  readonly framesPerSecond: number;
  /** Frames received since the start. */
  readonly received: number;
  /** Frames replaced by newer ones before they were sent, since the start. */
  readonly replaced: number;
  /** Bytes of the samples received since the start. */
  readonly bytes: number;
  /** Time from capture to arrival in ms; the values are absent if the clocks differ. */
  readonly age: {
    readonly p50?: number | undefined;
    readonly p95?: number | undefined;
    readonly max?: number | undefined;
  };
}

/** Describes a frame. The next binary message contains the frame's data. */
export type FrameMessage = ImageMetadata & {
  readonly type: "frame";
  /** Number of the frame on this connection, from 1. */
  readonly sequence: number;
  /** Width before the frame was scaled for the viewer. */
  readonly fullWidth: number;
  readonly fullHeight: number;
};

/** Describes a block of audio. The next binary message contains the samples. */
export interface AudioMessage {
  readonly type: "audio";
  readonly format: AudioSampleFormat;
  readonly sampleRate: number;
  readonly numberOfChannels: number;
  readonly numberOfFrames: number;
  readonly timestamp: number;
}

/** The figures of the app process and of this viewer. */
export interface FiguresMessage extends PageFigures {
  readonly type: "figures";
  readonly viewers: number;
  /** Frames replaced by newer ones because this viewer was too slow. */
  readonly drops: number;
}

/** The answer to a viewer's time request. */
export interface TimeMessage {
  readonly type: "time";
  /** The value of `sent` in the request. */
  readonly sent: number;
  /** Time of the app's monotonic clock in microseconds. */
  readonly now: number;
}

/** Describes the broadcast and what the viewer can do. Sent first on each connection, and again after each change. */
export interface HelloMessage extends PageDescription {
  readonly type: "hello";
  /** Whether the source accepts pointer, wheel and key input. */
  readonly input: boolean;
  /** Whether the page offers to kill the capture process. */
  readonly kill: boolean;
}

/** Reports that frames have stopped for a while or that the broadcast has ended. `reason` is shown to the viewer. */
export interface SilenceMessage {
  readonly type: "interrupted" | "ended";
  readonly reason: string;
}

/** A message from the app process to a page, as JSON text. */
export type PageMessage =
  | HelloMessage
  | FrameMessage
  | AudioMessage
  | FiguresMessage
  | TimeMessage
  | SilenceMessage
  /** Reports the end of an interruption, with the timestamp of the first new frame. */
  | { readonly type: "resumed"; readonly timestamp: number }
  /** Reports a frame that could not be encoded as the viewer demands. */
  | { readonly type: "failed"; readonly reason: string };

/** The frames that a viewer asks for. A viewer receives no frames before its first demand. */
export interface FrameDemand {
  /** With `"auto"`, raw frames are sent as deltas, and compressed frames are sent unchanged. */
  readonly encoding: "auto" | "raw" | "jpeg" | "delta";
  /** Maximum frames per second, evenly spaced. */
  readonly maxFps?: number;
  /** Maximum size of the frame before rotation, in pixels. Larger frames are scaled down. */
  readonly maxWidth?: number;
  readonly maxHeight?: number;
}

/** A message from a page to the app process, as JSON text. */
export type ViewerMessage =
  | ({ readonly type: "demand" } & FrameDemand)
  /** Acknowledges a frame and all earlier frames. The app then sends the next frame. */
  | { readonly type: "shown"; readonly sequence: number }
  /** Requests the newest frame as a key frame, because a frame could not be shown. */
  | { readonly type: "refresh" }
  | { readonly type: "audio"; readonly on: boolean }
  | { readonly type: "time"; readonly sent: number }
  | { readonly type: "input"; readonly input: InputMessage }
  /** Requests that the app kill the capture process, to show how the broadcast recovers. */
  | { readonly type: "kill" };
