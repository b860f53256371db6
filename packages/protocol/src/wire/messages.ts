import type { AudioMetadata } from "@broadcast-ipc/audio-codec";
import type { ImageMetadata } from "@broadcast-ipc/image-codec";
import * as v from "valibot";
import type { Demand } from "../demand.ts";
import { ProtocolError } from "../protocol-error.ts";
import { fields, integer, optional, positive } from "./peer-fields.ts";

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

type Schemas<M> = Readonly<Record<string, v.GenericSchema<unknown, M>>>;

/** The longest text in a message, such as an uploader's name, in UTF-16 code units. {@link maxWordLength} applies to words. */
export const maxTextLength: number = 1024;

/** The longest encoding, lane or error code, in UTF-16 code units. The largest demand then fits the channel's default limits. */
export const maxWordLength: number = 64;

const count = integer(0);
const text = v.pipe(v.string(), v.maxLength(maxTextLength));
const word = v.pipe(v.string(), v.maxLength(maxWordLength));
/** The codec refuses missing metadata, as it does other invalid metadata: the sample is lost and its credit is returned. */
const metadata = v.optional(v.unknown(), null);

const videoDemand = fields({
  maxFps: optional(positive()),
  maxWidth: optional(integer(1)),
  maxHeight: optional(integer(1)),
  encodings: optional(v.pipe(v.array(word), v.maxLength(32))),
  quality: optional(integer(1, 100)),
  delivery: optional(v.picklist(["latest", "all"])),
});

const userMessage = v.object({ type: v.literal("message"), name: text, data: v.optional(v.unknown()) });
const messageCredit = v.object({ type: v.literal("message-credit"), messages: count, bytes: count });
const failure = fields({ type: v.literal("failure"), lane: optional(word), code: word, message: text });

const uploaderMessages: Schemas<ReceivedUploaderMessage> = {
  hello: fields({ type: v.literal("hello"), id: text, name: optional(text), clock: optional(text) }),
  image: v.object({ type: v.literal("image"), sequence: count, metadata }),
  audio: v.object({ type: v.literal("audio"), metadata }),
  message: userMessage,
  "message-credit": messageCredit,
  failure,
};

const receiverMessages: Schemas<ReceiverMessage> = {
  demand: v.object({
    type: v.literal("demand"),
    video: v.nullable(videoDemand),
    audio: v.nullable(v.object({})),
  }),
  credit: v.object({ type: v.literal("credit"), through: count, consumed: v.nullish(count, 0) }),
  refresh: v.object({ type: v.literal("refresh") }),
  message: userMessage,
  "message-credit": messageCredit,
  failure,
};

/** Checks a header from an uploader; `undefined` for a type that this version does not know. Throws ERR_PROTOCOL_INVALID_MESSAGE. */
export const parseUploaderMessage: (header: unknown) => ReceivedUploaderMessage | undefined =
  parserOf(uploaderMessages);

/** Checks a header from a receiver; `undefined` for a type that this version does not know. Throws ERR_PROTOCOL_INVALID_MESSAGE. */
export const parseReceiverMessage: (header: unknown) => ReceiverMessage | undefined =
  parserOf(receiverMessages);

function parserOf<M>(schemas: Schemas<M>): (header: unknown) => M | undefined {
  return (header) => {
    const type = typeof header === "object" && header !== null && "type" in header ? header.type : undefined;
    if (typeof type !== "string") {
      throw new ProtocolError("ERR_PROTOCOL_INVALID_MESSAGE", "the header of a message has no type");
    }
    const schema = Object.hasOwn(schemas, type) ? schemas[type] : undefined;
    if (!schema) return undefined;
    const result = v.safeParse(schema, header);
    if (result.success) return result.output;
    const [issue] = result.issues;
    const where = v.getDotPath(issue) ?? "header";
    throw new ProtocolError("ERR_PROTOCOL_INVALID_MESSAGE", `${type} message, ${where}: ${issue.message}`);
  };
}
