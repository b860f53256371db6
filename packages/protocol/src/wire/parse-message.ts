import * as v from "valibot";
import { ProtocolError } from "../protocol-error.ts";
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

/**
 * Schema of an integer from `least` to `most`. Accepts a float with a whole value and a `bigint` too, because peers
 * encode integers in different widths. Returns a number. Rejects integers beyond 2^53 - 1, which a number cannot
 * represent exactly.
 */
function integer(least: number, most: number = Number.MAX_SAFE_INTEGER): v.GenericSchema<unknown, number> {
  // One check for both bounds is faster than two, and this code runs for each video frame.
  const isWithin = (input: unknown): boolean => {
    const value = typeof input === "bigint" ? Number(input) : input;
    return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
  };
  return v.pipe(
    v.custom<number | bigint>(
      isWithin,
      ({ received }) => `must be an integer from ${least} to ${most}, got ${received}`,
    ),
    v.transform(Number),
  );
}

/** Schema of a finite number above 0. A `bigint` is converted as in {@link integer}. */
function positive(): v.GenericSchema<unknown, number> {
  const isPositive = (value: unknown): boolean =>
    typeof value === "bigint"
      ? value > 0n && value <= BigInt(Number.MAX_SAFE_INTEGER)
      : Number.isFinite(value) && (value as number) > 0;
  return v.pipe(
    v.custom<number | bigint>(isPositive, ({ received }) => `must be a number above 0, got ${received}`),
    v.transform(Number),
  );
}

/** Schema of an optional field. Peers in other languages may write `null` for an absent field, which {@link fields} removes. */
function optional<T>(
  schema: v.GenericSchema<unknown, T>,
): v.NullishSchema<v.GenericSchema<unknown, T>, undefined> {
  return v.nullish(schema);
}

/** Schema of an object. Removes unknown fields and fields that are `undefined` or `null`. */
function fields<Entries extends v.ObjectEntries>(
  entries: Entries,
): v.GenericSchema<unknown, WithoutNil<v.InferOutput<v.ObjectSchema<Entries, undefined>>>> {
  return v.pipe(v.object(entries), v.transform(withoutNil));
}

type WithoutNil<T> = { [K in keyof T]: Exclude<T[K], undefined | null> };

function withoutNil<T extends object>(known: T): WithoutNil<T> {
  // Usually no field is nil, so the copy, which costs more than all checks, is avoided.
  for (const key in known) if (isNil(known[key])) return copyWithoutNil(known);
  return known as WithoutNil<T>;
}

function copyWithoutNil<T extends object>(known: T): WithoutNil<T> {
  return Object.fromEntries(Object.entries(known).filter(([, value]) => !isNil(value))) as WithoutNil<T>;
}

function isNil(value: unknown): boolean {
  return value === undefined || value === null;
}
