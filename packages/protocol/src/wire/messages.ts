import type { AudioMetadata } from "@broadcast-ipc/audio-codec";
import type { ImageMetadata } from "@broadcast-ipc/image-codec";
import type { Demand } from "../demand.ts";

/** The uploader's first message on each connection. */
export interface UploaderHello {
  readonly type: "hello";
  /** Identifies the uploader; the same on all its connections. */
  readonly id: string;
  /** For people to read. */
  readonly name?: string;
  /** Identifies the clock of the timestamps, see `clockId` of `@broadcast-ipc/clock`; absent on platforms without an id. */
  readonly clock?: string;
}

/** A video frame; the payload is its data. */
export interface ImageMessage<Metadata = ImageMetadata> {
  readonly type: "image";
  /** Counts the video frames of this connection, from 1. */
  readonly sequence: number;
  readonly metadata: Metadata;
}

/** An audio sample; the payload is its data. */
export interface AudioMessage<Metadata = AudioMetadata> {
  readonly type: "audio";
  readonly metadata: Metadata;
}

/** A message of the application, which may have a payload. Either side sends it. */
export interface UserMessage {
  readonly type: "message";
  /** The message's type, as the application names it. */
  readonly name: string;
  readonly data?: unknown;
}

/** The total numbers of application messages and of their payload bytes that may be sent on this connection. They never fall. Either side sends it. */
export interface MessageCreditMessage {
  readonly type: "message-credit";
  readonly messages: number;
  readonly bytes: number;
}

/** Reports a failure to the other side. Either side sends it; it is never answered. */
export interface FailureMessage {
  readonly type: "failure";
  /** The lane of the failure, `"video"` or `"audio"`; absent if another message was malformed or too large. */
  readonly lane?: string;
  /** The error's code, such as ERR_IMAGE_ENGINE_MISSING; at most {@link maxWordLength} UTF-16 code units. */
  readonly code: string;
  /** The reason, for people to read. */
  readonly message: string;
}

/** What an uploader sends. */
export type UploaderMessage =
  | UploaderHello
  | ImageMessage
  | AudioMessage
  | UserMessage
  | MessageCreditMessage
  | FailureMessage;

/** A parsed {@link UploaderMessage}, whose metadata the codec has not checked yet. */
export type ReceivedUploaderMessage =
  | UploaderHello
  | ImageMessage<unknown>
  | AudioMessage<unknown>
  | UserMessage
  | MessageCreditMessage
  | FailureMessage;

/** What the receiver wants: its first message on each connection, sent again after each change. */
export interface DemandMessage extends Demand {
  readonly type: "demand";
}

/** Video frames up to the sequence number `through` may be sent; frames up to `consumed` are consumed. Neither number ever falls. */
export interface CreditMessage {
  readonly type: "credit";
  readonly through: number;
  readonly consumed: number;
}

/** Asks for the newest video frame as a key frame, even if it was sent before. */
export interface RefreshMessage {
  readonly type: "refresh";
}

/** What a receiver sends. */
export type ReceiverMessage =
  | DemandMessage
  | CreditMessage
  | RefreshMessage
  | UserMessage
  | MessageCreditMessage
  | FailureMessage;

/** The longest text in a message, such as an uploader's name, in UTF-16 code units. {@link maxWordLength} applies to words. */
export const maxTextLength: number = 1024;

/** The longest encoding, lane or error code, in UTF-16 code units. The largest demand then fits the channel's default limits. */
export const maxWordLength: number = 64;
