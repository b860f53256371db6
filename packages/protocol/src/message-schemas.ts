import type { StandardSchemaV1 } from "@standard-schema/spec";

/** The application's own messages: a Standard Schema (zod, valibot, arktype, …) of the data for each type. */
export type MessageSchemas = Readonly<Record<string, StandardSchemaV1>>;

/** A message of the application's own, as it arrives: one member for each type that `Schemas` lists, told apart by `type`. */
export type ReceivedMessage<Schemas extends MessageSchemas = MessageSchemas> = {
  readonly [Type in keyof Schemas & string]: {
    readonly type: Type;
    /** What the schema makes of what was sent; without schemas, what was sent. */
    readonly data: StandardSchemaV1.InferOutput<Schemas[Type]>;
    /** Memory of its own, which belongs to whoever takes the message. */
    readonly payload: Uint8Array | undefined;
  };
}[keyof Schemas & string];

/** What `send` takes: type, data as the schema of that type takes it, and a payload; data may be left out where the schema takes `undefined`. */
export type MessageArguments<Schemas extends MessageSchemas = MessageSchemas> = {
  [Type in keyof Schemas & string]: undefined extends StandardSchemaV1.InferInput<Schemas[Type]>
    ? [type: Type, data?: StandardSchemaV1.InferInput<Schemas[Type]>, payload?: Uint8Array | undefined]
    : [type: Type, data: StandardSchemaV1.InferInput<Schemas[Type]>, payload?: Uint8Array | undefined];
}[keyof Schemas & string];

/** Returns a copy, which later changes by the caller do not reach; throws a RangeError where something in it is no Standard Schema. */
export function copyMessageSchemas(schemas: MessageSchemas | undefined): MessageSchemas | undefined {
  if (schemas === undefined) return undefined;
  const isWhole = typeof schemas === "object" && schemas !== null && Object.values(schemas).every(isSchema);
  if (!isWhole) throw new RangeError("messageSchemas must be an object of Standard Schemas");
  return { ...schemas };
}

function isSchema(schema: StandardSchemaV1 | null | undefined): boolean {
  return typeof schema?.["~standard"]?.validate === "function";
}
