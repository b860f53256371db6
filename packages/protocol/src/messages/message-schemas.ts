import type { StandardSchemaV1 } from "@standard-schema/spec";

/** For each type of application message, a Standard Schema (zod, valibot, arktype, …) of its data. */
export type MessageSchemas = Readonly<Record<string, StandardSchemaV1>>;

/**
 * An incoming application message: a union of `Types`, discriminated by `type`. By default, `Types` are the types in
 * `Schemas`.
 */
export type ReceivedMessage<
  Schemas extends MessageSchemas = MessageSchemas,
  Types extends string = keyof Schemas & string,
> = {
  readonly [Type in Types]: {
    /** The type that the message was sent with. */
    readonly type: Type;
    /** The schema's output; for a type without a schema, the data as it was sent. */
    readonly data: Type extends keyof Schemas ? StandardSchemaV1.InferOutput<Schemas[Type]> : unknown;
    /** The payload, which fills its ArrayBuffer. Both belong to the consumer of the message. */
    readonly payload: Uint8Array | undefined;
  };
}[Types];

/** Options of `messages()`. */
export interface MessagesOptions<Types extends string = string> {
  /** When the signal aborts, a pending `next()` rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Iterates over messages of these types only. The first call with these types claims them until the connection or the
   * uploader has ended: their waiting and later messages go to a queue of their own, and `messages()` without `types` no
   * longer yields them. So a library reads its messages without taking those of the application. A later call with the
   * same types, in any order, continues their queue. Default: all types that are not claimed.
   *
   * The data of a claimed type without an entry in `messageSchemas` is not checked. Before the claim, such messages are
   * refused, so claim the types right after the uploader or receiver is made.
   *
   * `messages()` throws a RangeError if `types` is empty, or if one of the types was claimed together with other types.
   * `next()` rejects with ERR_IPC_BUSY only while another iterator's `next()` is pending for the same queue.
   *
   * All queues share one credit, which is returned as messages are taken. So 256 unread messages, or 4 MiB of unread
   * payloads, in one queue delay the messages of all others: read every claimed queue.
   */
  readonly types?: readonly Types[] | undefined;
}

/**
 * The arguments of `send`: the type, the data (the input of the type's schema) and the payload. `data` is optional if the
 * schema accepts `undefined`.
 */
export type MessageArguments<Schemas extends MessageSchemas = MessageSchemas> = {
  [Type in keyof Schemas & string]: undefined extends StandardSchemaV1.InferInput<Schemas[Type]>
    ? [type: Type, data?: StandardSchemaV1.InferInput<Schemas[Type]>, payload?: Uint8Array | undefined]
    : [type: Type, data: StandardSchemaV1.InferInput<Schemas[Type]>, payload?: Uint8Array | undefined];
}[keyof Schemas & string];

/**
 * Checks and copies the option `messageSchemas`. Throws a RangeError if a value is not a Standard Schema.
 *
 * @internal
 */
export function copyMessageSchemas(schemas: MessageSchemas | undefined): MessageSchemas | undefined {
  if (schemas === undefined) return undefined;
  const isWhole = typeof schemas === "object" && schemas !== null && Object.values(schemas).every(isSchema);
  if (!isWhole) throw new RangeError("messageSchemas must be an object of Standard Schemas");
  return { ...schemas };
}

function isSchema(schema: StandardSchemaV1 | null | undefined): boolean {
  return typeof schema?.["~standard"]?.validate === "function";
}
