import type { AudioSampleFormat } from "@broadcast-ipc/audio-codec";
import type { ImageMetadata } from "@broadcast-ipc/image-codec";
import type { InputMessage } from "../input-message.ts";

/** What the page says about the broadcast before and beside the pictures. */
export interface PageDescription {
  /** What is shown, in words for people. */
  readonly source: string;
  /** How pictures travel from the capture process, in words for people. */
  readonly encoding: string;
  /** Whether the source has sound. */
  readonly sound: boolean;
  /** False where pictures are stamped by the clock of another machine: their age is then not shown. */
  readonly sameClock?: boolean | undefined;
}

/** What the app knows about the way from the capture process to itself. */
export interface PageFigures {
  /** Pictures that arrive in a second. */
  readonly framesPerSecond: number;
  /** Pictures that have arrived since the start. */
  readonly received: number;
  /** Pictures that gave way to a newer one before they were sent, since the start. */
  readonly replaced: number;
  /** Bytes of pictures that have arrived since the start. */
  readonly bytes: number;
  /** Milliseconds from capture to arrival; absent where the clocks differ. */
  readonly age: {
    readonly p50?: number | undefined;
    readonly p95?: number | undefined;
    readonly max?: number | undefined;
  };
}

/** Announces a picture; the next binary message is its data. */
export type PictureMessage = ImageMetadata & {
  readonly type: "picture";
  /** Counts the pictures that this viewer gets, from 1. */
  readonly sequence: number;
  /** Its size before it was scaled to what the viewer wants. */
  readonly fullWidth: number;
  readonly fullHeight: number;
};

/** Announces a stretch of sound; the next binary message is its data. */
export interface AudioMessage {
  readonly type: "audio";
  readonly format: AudioSampleFormat;
  readonly sampleRate: number;
  readonly numberOfChannels: number;
  readonly numberOfFrames: number;
  readonly timestamp: number;
}

/** The figures, with what concerns this one viewer. */
export interface FiguresMessage extends PageFigures {
  readonly type: "figures";
  readonly viewers: number;
  /** Pictures that this viewer was too slow for. */
  readonly drops: number;
}

/** The answer to a viewer's question for the time. */
export interface TimeMessage {
  readonly type: "time";
  /** What the viewer had sent. */
  readonly sent: number;
  /** Microseconds of the app's monotonic clock. */
  readonly now: number;
}

/** Says what is shown, and what a viewer may do. */
export interface HelloMessage extends PageDescription {
  readonly type: "hello";
  /** Whether somebody takes what a viewer does with pointer, wheel and keys. */
  readonly input: boolean;
  /** Whether a viewer may kill the capture process. */
  readonly kill: boolean;
}

/** Nothing comes for a while, or ever again, and why, as a sentence. */
export interface SilenceMessage {
  readonly type: "interrupted" | "ended";
  readonly reason: string;
}

/** What the app sends to a page, as JSON text. */
export type PageMessage =
  | HelloMessage
  | PictureMessage
  | AudioMessage
  | FiguresMessage
  | TimeMessage
  | SilenceMessage
  /** After a silence: pictures from this timestamp on are new. */
  | { readonly type: "resumed"; readonly timestamp: number }
  /** A picture could not be made as this viewer wants it. */
  | { readonly type: "failed"; readonly reason: string };

/** How a viewer wants its pictures. Until it has said so, it gets none. */
export interface PictureDemand {
  /** `"auto"`: changes only where the source is raw pixels; what is compressed already stays as it is. */
  readonly encoding: "auto" | "raw" | "jpeg" | "delta";
  /** The most pictures a second, evenly spaced. */
  readonly maxFps?: number;
  /** In pixels of the coded picture, before its rotation; larger ones are scaled down. */
  readonly maxWidth?: number;
  readonly maxHeight?: number;
}

/** What a page sends to the app, as JSON text. */
export type ViewerMessage =
  | ({ readonly type: "demand" } & PictureDemand)
  /** This picture, and every one before it, is dealt with: the next may come. */
  | { readonly type: "shown"; readonly sequence: number }
  /** Something went wrong: the newest picture is wanted again, and whole. */
  | { readonly type: "refresh" }
  | { readonly type: "sound"; readonly on: boolean }
  | { readonly type: "time"; readonly sent: number }
  | { readonly type: "input"; readonly input: InputMessage }
  /** Kill the capture process, to see what happens then. */
  | { readonly type: "kill" };
