import type { AudioMetadata } from "@broadcast-ipc/audio-codec";
import type { ImageMetadata } from "@broadcast-ipc/image-codec";
import * as v from "valibot";
import type { Demand } from "./demand.ts";
import { ProtocolError } from "./protocol-error.ts";

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

/** What an uploader sends. */
export type UploaderMessage = UploaderHello | ImageMessage | AudioMessage;

/** What a receiver gets: as {@link UploaderMessage}, the metadata still to be checked by the codec that decodes the sample. */
export type ReceivedUploaderMessage = UploaderHello | ImageMessage<unknown> | AudioMessage<unknown>;

/** The receiver's wishes, sent first of all and whenever they change. */
export interface DemandMessage extends Demand {
  readonly type: "demand";
}

/** Pictures up to this sequence number may be sent; it only ever rises. */
export interface CreditMessage {
  readonly type: "credit";
  readonly through: number;
}

/** Asks for the newest picture, also if it was sent before. */
export interface RefreshMessage {
  readonly type: "refresh";
}

/** What a receiver sends. */
export type ReceiverMessage = DemandMessage | CreditMessage | RefreshMessage;

type Schemas<M> = Readonly<Record<string, v.GenericSchema<unknown, M>>>;

/** The longest name of an uploader, and every other text in a message, in UTF-16 code units. */
export const maxTextLength: number = 1024;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const text = v.pipe(v.string(), v.maxLength(maxTextLength));
const wish = v.nullable(v.object({}));
/** Missing metadata is as bad as any other junk: the codec's to find, so that it costs the sample and gives its credit back. */
const metadata = v.optional(v.unknown(), null);

const uploaderMessages: Schemas<ReceivedUploaderMessage> = {
  hello: v.object({
    type: v.literal("hello"),
    id: text,
    name: v.exactOptional(text),
    clock: v.exactOptional(text),
  }),
  image: v.object({ type: v.literal("image"), sequence: count, metadata }),
  audio: v.object({ type: v.literal("audio"), metadata }),
};

const receiverMessages: Schemas<ReceiverMessage> = {
  demand: v.object({ type: v.literal("demand"), video: wish, audio: wish }),
  credit: v.object({ type: v.literal("credit"), through: count }),
  refresh: v.object({ type: v.literal("refresh") }),
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
