import * as v from "valibot";
import { ProtocolError } from "../protocol-error.ts";
import { fields, integer, optional, positive } from "./fields.ts";
import {
  maxTextLength,
  maxWordLength,
  type ReceivedUploaderMessage,
  type ReceiverMessage,
} from "./messages.ts";

type Schemas<M> = Readonly<Record<string, v.GenericSchema<unknown, M>>>;

const count = integer(0);
const text = v.pipe(v.string(), v.maxLength(maxTextLength));
const word = v.pipe(v.string(), v.maxLength(maxWordLength));
/** Missing metadata becomes `null`, so that the codec rejects the sample and its credit is returned. */
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

/**
 * Checks a header from an uploader. Returns `undefined` for a type that this version does not know. Throws
 * ERR_PROTOCOL_INVALID_MESSAGE.
 */
export const parseUploaderMessage: (header: unknown) => ReceivedUploaderMessage | undefined =
  parserOf(uploaderMessages);

/**
 * Checks a header from a receiver. Returns `undefined` for a type that this version does not know. Throws
 * ERR_PROTOCOL_INVALID_MESSAGE.
 */
export const parseReceiverMessage: (header: unknown) => ReceiverMessage | undefined =
  parserOf(receiverMessages);

function parserOf<M>(schemas: Schemas<M>): (header: unknown) => M | undefined {
  return (header) => {
    const type = typeof header === "object" && header !== null && "type" in header ? header.type : undefined;
    if (typeof type !== "string") {
      throw new ProtocolError(
        "ERR_PROTOCOL_INVALID_MESSAGE",
        "the header of a message must be an object with a string type",
      );
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
