import type { AudioMetadata } from "@broadcast-ipc/audio-codec";
import type { ImageMetadata } from "@broadcast-ipc/image-codec";
import * as v from "valibot";
import type { Demand } from "../demand.ts";
import { ProtocolError } from "../protocol-error.ts";
import { fields, integer, optional, positive } from "./peer-fields.ts";

/** The uploader's first message. */
export interface UploaderHello {
  readonly type: "hello";
  /** Tells this uploader from every other one; stays the same when it connects again. */
  readonly id: string;
  readonly name?: string;
  /** Whose timestamps these are, see {@link clockId}; absent where the machine cannot tell. */
  readonly clock?: string;
}

/** A picture; its data is the message's payload. */
export interface ImageMessage<Metadata = ImageMetadata> {
  readonly type: "image";
  /** Counts the pictures of this connection, from 1. */
  readonly sequence: number;
  readonly metadata: Metadata;
}

/** A stretch of sound; its data is the message's payload. */
export interface AudioMessage<Metadata = AudioMetadata> {
  readonly type: "audio";
  readonly metadata: Metadata;
}

/** A message of the user's own; its payload is the user's too. Goes both ways. */
export interface UserMessage {
  readonly type: "message";
  /** The user's word for what it is. */
  readonly name: string;
  readonly data?: unknown;
}

/** How many of the user's messages, and bytes of their payloads, may have been sent in all; both only ever rise. Goes both ways. */
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

/** What a receiver gets: as {@link UploaderMessage}, the metadata still to be checked by the codec that decodes the sample. */
export type ReceivedUploaderMessage =
  | UploaderHello
  | ImageMessage<unknown>
  | AudioMessage<unknown>
  | UserMessage
  | MessageCreditMessage
  | FailureMessage;

/** The receiver's wishes, sent first of all and whenever they change. */
export interface DemandMessage extends Demand {
  readonly type: "demand";
}

/** Pictures up to `through` may be sent, and those up to `consumed` are done with; both are sequence numbers that only ever rise. */
export interface CreditMessage {
  readonly type: "credit";
  readonly through: number;
  readonly consumed: number;
}

/** Asks for the newest picture, also if it was sent before, whole. */
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

/** The longest encoding, lane or error code, in UTF-16 code units: a full demand then fits the channel's default limits. */
export const maxWordLength: number = 64;

const count = integer(0);
const text = v.pipe(v.string(), v.maxLength(maxTextLength));
const word = v.pipe(v.string(), v.maxLength(maxWordLength));
/** Missing metadata is as bad as any other junk: the codec's to find, so that it costs the sample and gives its credit back. */
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
export function parseUploaderMessage(header: unknown): ReceivedUploaderMessage | undefined {
  return parse(uploaderMessages, header);
}

/** Checks a header from a receiver; `undefined` for a type that this version does not know. Throws ERR_PROTOCOL_INVALID_MESSAGE. */
export function parseReceiverMessage(header: unknown): ReceiverMessage | undefined {
  return parse(receiverMessages, header);
}

function parse<M>(schemas: Schemas<M>, header: unknown): M | undefined {
  const type = typeof header === "object" && header !== null && "type" in header ? header.type : undefined;
  if (typeof type !== "string") {
    throw new ProtocolError("ERR_PROTOCOL_INVALID_MESSAGE", "a message without a type");
  }
  const schema = Object.hasOwn(schemas, type) ? schemas[type] : undefined;
  if (!schema) return undefined;
  const result = v.safeParse(schema, header);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = v.getDotPath(issue) ?? "header";
  throw new ProtocolError("ERR_PROTOCOL_INVALID_MESSAGE", `${type} message, ${where}: ${issue.message}`);
}
