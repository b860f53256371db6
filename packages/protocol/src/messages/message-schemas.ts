import type { StandardSchemaV1 } from "@standard-schema/spec";

/** For each type of application message, a Standard Schema (zod, valibot, arktype, …) of its data. */
export type MessageSchemas = Readonly<Record<string, StandardSchemaV1>>;

/** An incoming application message: a union of the types in `Schemas`, discriminated by `type`. */
export type ReceivedMessage<Schemas extends MessageSchemas = MessageSchemas> = {
  readonly [Type in keyof Schemas & string]: {
    readonly type: Type;
    /** The schema's output; without schemas, the data as it was sent. */
    readonly data: StandardSchemaV1.InferOutput<Schemas[Type]>;
    /** The payload, which fills its ArrayBuffer. Both belong to the consumer of the message. */
    readonly payload: Uint8Array | undefined;
  };
}[keyof Schemas & string];

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
