import type { AudioSampleFormat } from "@broadcast-ipc/audio-codec";
import type { ImageEncoding, PixelFormat, PlaneLayout, Rotation } from "@broadcast-ipc/image-codec";

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
export interface PictureMessage {
  readonly type: "picture";
  readonly sequence: number;
  readonly width: number;
  readonly height: number;
  /** Of raw pixels; a picture has either this or `encoding`. */
  readonly format?: PixelFormat | undefined;
  readonly layout?: readonly PlaneLayout[] | undefined;
  readonly encoding?: ImageEncoding | undefined;
  readonly rotation?: Rotation | undefined;
  /** Microseconds of the capturing machine's monotonic clock. */
  readonly timestamp: number;
}

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

/** What the app sends to a page, as JSON text. */
export type PageMessage =
  | ({ readonly type: "hello" } & PageDescription)
  | PictureMessage
  | AudioMessage
  | FiguresMessage
  | TimeMessage
  | { readonly type: "ended"; readonly reason: string };

/** What a page sends to the app, as JSON text. */
export type ViewerMessage =
  /** This picture, and every one before it, is dealt with: the next may come. */
  | { readonly type: "shown"; readonly sequence: number }
  | { readonly type: "sound"; readonly on: boolean }
  | { readonly type: "time"; readonly sent: number };
