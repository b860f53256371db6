import type { AudioSampleFormat } from "@broadcast-ipc/audio-codec";
import type { ImageMetadata } from "@broadcast-ipc/image-codec";
import type { PageNotice } from "@broadcast-ipc/protocol";

/** The first message on each connection, and again after each change. */
export interface HelloMessage {
  readonly type: "hello";
  /** Identifies this viewer. */
  readonly viewer: string;
  /** Name of the uploader, see `BroadcastReceiver.name`. */
  readonly name?: string | undefined;
  /** Whether this viewer may send input. */
  readonly mayControl: boolean;
  /** Whether audio has arrived from the source. */
  readonly hasAudio: boolean;
  /** False if the timestamps are from the clock of another machine. Ages are then unknown. */
  readonly isSameClock: boolean;
}

/** Describes a frame. The next binary message contains the frame's data. */
export type FrameMessage = ImageMetadata & {
  readonly type: "frame";
  /** Number of the frame on this connection, from 1. */
  readonly sequence: number;
  /** Width before the frame was scaled for the viewer, in pixels. */
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

/** Reports that frames have stopped for a while, or that the broadcast has ended. The reason is shown to the viewer. */
export interface SilenceMessage {
  readonly type: "interrupted" | "ended";
  readonly reason: string;
}

/** Reports the end of an interruption, with the timestamp of the first new frame. */
interface ResumedMessage {
  readonly type: "resumed";
  readonly timestamp: number;
}

/** The answer to a time request. */
export interface TimeMessage {
  readonly type: "time";
  /** The value of `sent` in the request. */
  readonly sent: number;
  /** Time of the server's monotonic clock in microseconds. */
  readonly now: number;
}

/** The server's figures for this viewer, twice a second. */
export interface FiguresMessage {
  readonly type: "figures";
  /** Number of viewers, this one included. */
  readonly viewers: number;
  /** Frames that newer ones replaced because this viewer was too slow. */
  readonly replaced: number;
}

/** Reports a frame that could not be encoded as the viewer demands. */
interface FailedMessage {
  readonly type: "failed";
  readonly reason: string;
}

/** Who has control. Sent after each change. */
export interface ControlMessage {
  readonly type: "control";
  /** `"you"`: this viewer has control; `"other"`: another viewer has it; `"none"`: nobody. */
  readonly holder: "you" | "other" | "none";
  /** Whether this viewer waits until the holder gives control back. */
  readonly isWaiting: boolean;
  /** Whether another viewer waits for the control that this viewer has. */
  readonly isWanted: boolean;
}

/** Reports something about the captured page. */
export interface PageMessage {
  readonly type: "page";
  readonly notice: PageNotice;
}

/** A message of the host program, see `LiveView.send`. */
export interface HostMessage {
  readonly type: "message";
  readonly name: string;
  readonly data?: unknown;
}

/** A message from the server to a viewer, as JSON text. */
export type ViewMessage =
  | HelloMessage
  | FrameMessage
  | AudioMessage
  | SilenceMessage
  | ResumedMessage
  | TimeMessage
  | FiguresMessage
  | FailedMessage
  | ControlMessage
  | PageMessage
  | HostMessage;

/**
 * Codes with which the server closes a WebSocket, beside those of RFC 6455. After `refused`, `removed` and 1008 (the
 * viewer sent an invalid message), the element does not connect again. After 1013 (too many viewers) and all other
 * codes, the element connects again after a growing wait.
 */
export const closeCodes = {
  /** The server does not let this viewer watch. */
  refused: 4403,
  /** The host program has removed the viewer. */
  removed: 4410,
  /** The viewer sent an invalid message. */
  invalid: 1008,
  /** The viewer may try again later, for example because there are too many viewers. */
  tryLater: 1013,
  /** The view was closed. */
  leaving: 1001,
} as const;
