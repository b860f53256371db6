import type { AudioMetadata } from "@broadcast-ipc/audio-codec";
import type { ImageMetadata } from "@broadcast-ipc/image-codec";
import type { Demand } from "../demand.ts";

/** The uploader's first message on each connection. */
export interface UploaderHello {
  readonly type: "hello";
  /** Identifies the uploader. It is the same on all connections of the uploader. */
  readonly id: string;
  /** A name for people. */
  readonly name?: string;
  /**
   * Identifies the clock of the timestamps, see `clockId` of `@broadcast-ipc/clock`. Absent on platforms without a clock
   * id.
   */
  readonly clock?: string;
}

/** A video frame. The payload is its data. */
export interface ImageMessage<Metadata = ImageMetadata> {
  readonly type: "image";
  /** Sequence number among the video frames of this connection, from 1. */
  readonly sequence: number;
  /** Metadata of the frame. */
  readonly metadata: Metadata;
}

/** An audio sample. The payload is its data. */
export interface AudioMessage<Metadata = AudioMetadata> {
  readonly type: "audio";
  /** Metadata of the audio. */
  readonly metadata: Metadata;
}

/** An application message with an optional payload. Both sides send application messages. */
export interface UserMessage {
  readonly type: "message";
  /** The application's type of the message. */
  readonly name: string;
  /** The application's data. Absent for `undefined`. */
  readonly data?: unknown;
}

/**
 * The total numbers of application messages and of their payload bytes that may be sent on this connection. The totals
 * never fall. Both sides send this message.
 */
export interface MessageCreditMessage {
  readonly type: "message-credit";
  /** Total number of messages. */
  readonly messages: number;
  /** Total number of payload bytes. */
  readonly bytes: number;
}

/** Reports a failure to the peer. Both sides send this message. It is never answered. */
export interface FailureMessage {
  readonly type: "failure";
  /**
   * The lane of the failed sample, `"video"` or `"audio"`. Absent for other failures, such as a malformed or too large
   * message.
   */
  readonly lane?: string;
  /** The error's code, such as ERR_IMAGE_ENGINE_MISSING, of at most {@link maxWordLength} UTF-16 code units. */
  readonly code: string;
  /** The reason, for people. */
  readonly message: string;
}

/** A message that an uploader sends. */
export type UploaderMessage =
  | UploaderHello
  | ImageMessage
  | AudioMessage
  | UserMessage
  | MessageCreditMessage
  | FailureMessage;

/** A parsed {@link UploaderMessage}. Its metadata has not been checked by the codec. */
export type ReceivedUploaderMessage =
  | UploaderHello
  | ImageMessage<unknown>
  | AudioMessage<unknown>
  | UserMessage
  | MessageCreditMessage
  | FailureMessage;

/** The receiver's first message on each connection: its demand. Sent again after each change of the demand. */
export interface DemandMessage extends Demand {
  readonly type: "demand";
}

/**
 * Credit for video frames. Frames up to the sequence number `through` may be sent, and frames up to `consumed` are
 * consumed. Neither number ever falls.
 */
export interface CreditMessage {
  readonly type: "credit";
  /** Sequence number of the last frame that may be sent. */
  readonly through: number;
  /** Sequence number of the last consumed frame; 0 before the first. */
  readonly consumed: number;
}

/** Requests the newest video frame as a key frame, even if it was sent before. */
export interface RefreshMessage {
  readonly type: "refresh";
}

/** A message that a receiver sends. */
export type ReceiverMessage =
  | DemandMessage
  | CreditMessage
  | RefreshMessage
  | UserMessage
  | MessageCreditMessage
  | FailureMessage;

/** Maximum length of a text, such as an uploader's name, in UTF-16 code units. */
export const maxTextLength: number = 1024;

/**
 * Maximum length of an encoding, a lane or an error code, in UTF-16 code units. This limit keeps the largest demand
 * within the channel's default limits.
 */
export const maxWordLength: number = 64;
