import type { AudioSampleFormat } from "@broadcast-ipc/audio-codec";
import type { ImageMetadata } from "@broadcast-ipc/image-codec";
import type { InputMessage } from "../input-message.ts";

/** Describes the broadcast; shown on the page. */
export interface PageDescription {
  /** What is captured, as text for people. */
  readonly source: string;
  /** How the capture process encodes frames, as text for people. */
  readonly encoding: string;
  /** Whether the source has audio. */
  readonly audio: boolean;
  /** False if frames are stamped by the clock of another machine. The page then shows no age. */
  readonly sameClock?: boolean | undefined;
}

/** Figures about the connection between capture process and app. */
export interface PageFigures {
  /** Frames received per second. */
  readonly framesPerSecond: number;
  /** Frames received since the start. */
  readonly received: number;
  /** Frames replaced by newer ones before they were sent, since the start. */
  readonly replaced: number;
  /** Bytes of the frames received since the start. */
  readonly bytes: number;
  /** Milliseconds from capture to arrival; absent if the clocks differ. */
  readonly age: {
    readonly p50?: number | undefined;
    readonly p95?: number | undefined;
    readonly max?: number | undefined;
  };
}

/** Describes a frame; the next binary message is its data. */
export type FrameMessage = ImageMetadata & {
  readonly type: "frame";
  /** Number of the frame for this viewer, from 1. */
  readonly sequence: number;
  /** Width of the frame before it was scaled for the viewer. */
  readonly fullWidth: number;
  readonly fullHeight: number;
};

/** Describes a block of audio; the next binary message is its data. */
export interface AudioMessage {
  readonly type: "audio";
  readonly format: AudioSampleFormat;
  readonly sampleRate: number;
  readonly numberOfChannels: number;
  readonly numberOfFrames: number;
  readonly timestamp: number;
}

/** The figures of the app and of this viewer. */
export interface FiguresMessage extends PageFigures {
  readonly type: "figures";
  readonly viewers: number;
  /** Frames replaced by newer ones because this viewer was too slow. */
  readonly drops: number;
}

/** The answer to a viewer's time request. */
export interface TimeMessage {
  readonly type: "time";
  /** `sent` of the request. */
  readonly sent: number;
  /** Microseconds of the app's monotonic clock. */
  readonly now: number;
}

/** The first message: what is shown, and what the viewer may do. */
export interface HelloMessage extends PageDescription {
  readonly type: "hello";
  /** Whether the source accepts pointer, wheel and key input. */
  readonly input: boolean;
  /** Whether the viewer may kill the capture process. */
  readonly kill: boolean;
}

/** No frames arrive for now, or the broadcast has ended. `reason` is a sentence. */
export interface SilenceMessage {
  readonly type: "interrupted" | "ended";
  readonly reason: string;
}

/** What the app sends to a page, as JSON text. */
export type PageMessage =
  | HelloMessage
  | FrameMessage
  | AudioMessage
  | FiguresMessage
  | TimeMessage
  | SilenceMessage
  /** After an interruption: frames with this timestamp or a later one are new. */
  | { readonly type: "resumed"; readonly timestamp: number }
  /** A frame could not be encoded as this viewer demands. */
  | { readonly type: "failed"; readonly reason: string };

/** How a viewer wants its frames. Before its first demand, it gets no frames. */
export interface FrameDemand {
  /** `"auto"` sends raw sources as deltas and passes compressed frames through unchanged. */
  readonly encoding: "auto" | "raw" | "jpeg" | "delta";
  /** Maximum frames per second, evenly spaced. */
  readonly maxFps?: number;
  /** Size limits in pixels of the coded frame, before rotation; larger frames are scaled down. */
  readonly maxWidth?: number;
  readonly maxHeight?: number;
}

/** What a page sends to the app, as JSON text. */
export type ViewerMessage =
  | ({ readonly type: "demand" } & FrameDemand)
  /** Acknowledges this frame and all earlier ones; the app then sends the next one. */
  | { readonly type: "shown"; readonly sequence: number }
  /** A frame could not be shown: send the newest one again, complete. */
  | { readonly type: "refresh" }
  | { readonly type: "audio"; readonly on: boolean }
  | { readonly type: "time"; readonly sent: number }
  | { readonly type: "input"; readonly input: InputMessage }
  /** Kills the capture process, to show how the broadcast recovers. */
  | { readonly type: "kill" };
