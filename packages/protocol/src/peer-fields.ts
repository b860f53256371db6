import * as v from "valibot";

/**
 * An integer from a peer, as a number. Peers differ in the widths that they send: a whole float and a `bigint` are the
 * same integer. Beyond 2^53 - 1 nothing is exact, so no such integer passes.
 */
export function integer(
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): v.GenericSchema<unknown, number> {
  // One check instead of one for each bound: this runs for each image.
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

/** A finite number above 0 from a peer, whole or not; a `bigint` as of {@link integer}. */
export function positive(): v.GenericSchema<unknown, number> {
  const isPositive = (value: unknown): boolean =>
    typeof value === "bigint"
      ? value > 0n && value <= BigInt(Number.MAX_SAFE_INTEGER)
      : Number.isFinite(value) && (value as number) > 0;
  return v.pipe(
    v.custom<number | bigint>(
      isPositive,
      ({ received }) => `Invalid number: Expected more than 0 but received ${received}`,
    ),
    v.transform(Number),
  );
}

/** A field that may be left out. Peers in other languages write `null` for that, which {@link fields} leaves out. */
export function optional<T>(
  schema: v.GenericSchema<unknown, T>,
): v.NullishSchema<v.GenericSchema<unknown, T>, undefined> {
  return v.nullish(schema);
}

/** An object without the fields that are not known, and without those that are `undefined` or `null`. */
export function fields<Entries extends v.ObjectEntries>(
  entries: Entries,
): v.GenericSchema<unknown, WithoutNil<v.InferOutput<v.ObjectSchema<Entries, undefined>>>> {
  return v.pipe(v.object(entries), v.transform(withoutNil));
}

type WithoutNil<T> = { [K in keyof T]: Exclude<T[K], undefined | null> };

function withoutNil<T extends object>(known: T): WithoutNil<T> {
  // Most often there is none, and a copy costs more than all the checks.
  for (const key in known) if (isNil(known[key])) return copyWithoutNil(known);
  return known as WithoutNil<T>;
}

function copyWithoutNil<T extends object>(known: T): WithoutNil<T> {
  return Object.fromEntries(Object.entries(known).filter(([, value]) => !isNil(value))) as WithoutNil<T>;
}

function isNil(value: unknown): boolean {
  return value === undefined || value === null;
}
