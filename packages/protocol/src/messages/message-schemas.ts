import type { StandardSchemaV1 } from "@standard-schema/spec";

/** The application's own messages: a Standard Schema (zod, valibot, arktype, …) of the data for each type. */
export type MessageSchemas = Readonly<Record<string, StandardSchemaV1>>;

/** An incoming application message: a union over the types that `Schemas` lists, discriminated by `type`. */
export type ReceivedMessage<Schemas extends MessageSchemas = MessageSchemas> = {
  readonly [Type in keyof Schemas & string]: {
    readonly type: Type;
    /** The schema's output; without schemas, the data as it was sent. */
    readonly data: StandardSchemaV1.InferOutput<Schemas[Type]>;
    /** Its ArrayBuffer holds nothing else and belongs to the consumer of the message. */
    readonly payload: Uint8Array | undefined;
  };
}[keyof Schemas & string];

/** The arguments of `send`: type, data (the input type of that type's schema), and payload. `data` is optional if the schema accepts `undefined`. */
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
