import * as v from "valibot";
import { ProtocolError } from "../protocol-error.ts";
import { readContent } from "./message-content.ts";

/** A schema for each kind of an input or a notice. */
export type KindSchemas<T extends { readonly kind: string }> = {
  readonly [Kind in T["kind"]]: v.GenericSchema<unknown, Extract<T, { readonly kind: Kind }>>;
};

/** Returns a function that checks the content of a message. `name` names the content in error messages. */
export function contentParser<T extends { readonly kind: string }>(
  name: string,
  schemas: KindSchemas<T>,
): (data: unknown, payload: Uint8Array | undefined) => T {
  const known: Readonly<Record<string, v.GenericSchema<unknown, T>>> = schemas as never;
  const refuse = (where: string, why: string, cause?: unknown) =>
    new ProtocolError(
      "ERR_PROTOCOL_INVALID_MESSAGE",
      `${name}, ${where}: ${why}`,
      cause === undefined ? undefined : { cause },
    );
  return (data, payload) => {
    const content = readContent(data, payload, (why, cause) => refuse("payload", why, cause));
    if (typeof content !== "object" || content === null) throw refuse("data", "must be an object");
    const kind = "kind" in content ? content.kind : undefined;
    const schema = typeof kind === "string" && Object.hasOwn(known, kind) ? known[kind] : undefined;
    if (!schema) throw refuse("kind", `must be one of ${Object.keys(known).join(", ")}`);
    const result = v.safeParse(schema, content);
    if (result.success) return result.output;
    const [issue] = result.issues;
    throw refuse(v.getDotPath(issue) ?? "data", issue.message);
  };
}
