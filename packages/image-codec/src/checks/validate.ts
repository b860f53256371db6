import * as v from "valibot";
import { ImageCodecError, type ImageCodecErrorCode } from "./image-codec-error.ts";

/** The value as the schema describes it, or an `ImageCodecError` that names the first field at fault. */
export function validate<T>(
  schema: v.GenericSchema<unknown, T>,
  value: unknown,
  code: ImageCodecErrorCode,
): T {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue);
  throw new ImageCodecError(code, field ? `${field}: ${issue.message}` : issue.message);
}

/**
 * An integer from a peer, as a number. Peers send integers in different widths: a float with a whole value and a `bigint`
 * are accepted too. Integers beyond 2^53 - 1 are refused, because a number cannot represent them exactly.
 */
export function integer(
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): v.GenericSchema<unknown, number> {
  // One check for both bounds, because this runs several times for each image.
  const isWithin = (input: unknown): boolean => {
    const value = typeof input === "bigint" ? Number(input) : input;
    return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
  };
  return v.pipe(
    v.custom<number | bigint>(
      isWithin,
      ({ received }) => `Invalid integer: Expected ${least} to ${most} but received ${received}`,
    ),
    v.transform(Number),
  );
}

/** An optional field. Peers in other languages may write `null` for an absent field; {@link fields} removes it. */
export function optional<T>(
  schema: v.GenericSchema<unknown, T>,
): v.NullishSchema<v.GenericSchema<unknown, T>, undefined> {
  return v.nullish(schema);
}

/** An object schema that removes unknown fields and fields that are `undefined` or `null`. */
export function fields<Entries extends v.ObjectEntries>(
  entries: Entries,
): v.GenericSchema<unknown, WithoutNil<v.InferOutput<v.ObjectSchema<Entries, undefined>>>> {
  return v.pipe(v.object(entries), v.transform(withoutNil));
}

type WithoutNil<T> = { [K in keyof T]: Exclude<T[K], undefined | null> };

function withoutNil<T extends object>(known: T): WithoutNil<T> {
  // Usually there is no such field, and a copy costs more than all checks.
  for (const key in known) if (isNil(known[key])) return copyWithoutNil(known);
  return known as WithoutNil<T>;
}

function copyWithoutNil<T extends object>(known: T): WithoutNil<T> {
  return Object.fromEntries(Object.entries(known).filter(([, value]) => !isNil(value))) as WithoutNil<T>;
}

function isNil(value: unknown): boolean {
  return value === undefined || value === null;
}
