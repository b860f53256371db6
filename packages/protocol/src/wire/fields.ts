import * as v from "valibot";

/** Maximum length of a value in an error message, in UTF-16 code units. */
const maxShownLength = 40;

/**
 * Schema of an integer from `least` to `most`. Accepts a float with a whole value and a `bigint` too, because peers
 * encode integers in different widths. Returns a number. Rejects integers beyond 2^53 - 1, which a number cannot
 * represent exactly.
 */
export function integer(
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): v.GenericSchema<unknown, number> {
  // One check for both bounds is faster than two, and this code runs for each video frame.
  const isWithin = (input: unknown): boolean => {
    const value = typeof input === "bigint" ? Number(input) : input;
    return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
  };
  return v.pipe(
    v.custom<number | bigint>(
      isWithin,
      ({ input }) => `must be an integer from ${least} to ${most}, got ${shown(input)}`,
    ),
    v.transform(Number),
  );
}

/** Schema of a finite number from `least` to `most`. A `bigint` is converted as in {@link integer}. */
export function number(
  least: number = -Number.MAX_VALUE,
  most: number = Number.MAX_VALUE,
): v.GenericSchema<unknown, number> {
  const isWithin = (input: unknown): boolean => {
    const value = typeof input === "bigint" ? Number(input) : input;
    return typeof value === "number" && value >= least && value <= most;
  };
  const range = most === Number.MAX_VALUE ? "a finite number" : `a number from ${least} to ${most}`;
  return v.pipe(
    v.custom<number | bigint>(isWithin, ({ input }) => `must be ${range}, got ${shown(input)}`),
    v.transform(Number),
  );
}

/** Schema of a finite number above 0. A `bigint` is converted as in {@link integer}. */
export function positive(): v.GenericSchema<unknown, number> {
  const isPositive = (value: unknown): boolean =>
    typeof value === "bigint"
      ? value > 0n && value <= BigInt(Number.MAX_SAFE_INTEGER)
      : Number.isFinite(value) && (value as number) > 0;
  return v.pipe(
    v.custom<number | bigint>(isPositive, ({ input }) => `must be a number above 0, got ${shown(input)}`),
    v.transform(Number),
  );
}

/** Schema of an optional field. Peers in other languages may write `null` for an absent field, which {@link fields} removes. */
export function optional<T>(
  schema: v.GenericSchema<unknown, T>,
): v.NullishSchema<v.GenericSchema<unknown, T>, undefined> {
  return v.nullish(schema);
}

/**
 * Schema of a text of `least` to `most` UTF-16 code units. Refuses lone surrogates, because a header cannot carry them. The
 * error message does not contain the text, which may be confidential.
 */
export function text(most: number, least = 0): v.GenericSchema<unknown, string> {
  const isText = (input: unknown): boolean =>
    typeof input === "string" && input.length >= least && input.length <= most && isWellFormed(input);
  return v.custom<string>(isText, ({ input }) => {
    const got = typeof input === "string" ? `a text of ${input.length}` : shown(input);
    return `must be well-formed text of ${least} to ${most} UTF-16 code units, got ${got}`;
  });
}

/** Schema of one of the given values. */
export function oneOf<const T extends string | number>(...values: T[]): v.GenericSchema<unknown, T> {
  const list = values.map((value) => JSON.stringify(value)).join(", ");
  return v.custom<T>(
    (input) => values.includes(input as T),
    ({ input }) => `must be one of ${list}, got ${shown(input)}`,
  );
}

/** Schema of a boolean. */
export const flag: v.GenericSchema<unknown, boolean> = v.custom<boolean>(
  (input) => typeof input === "boolean",
  ({ input }) => `must be true or false, got ${shown(input)}`,
);

/** Schema of an array of at most `most` items. */
export function list<T>(item: v.GenericSchema<unknown, T>, most: number): v.GenericSchema<unknown, T[]> {
  return v.pipe(
    v.array(item, ({ input }) => `must be an array, got ${shown(input)}`),
    v.maxLength(most, ({ input }) => `must be an array of at most ${most} items, got ${input.length}`),
  );
}

/** Schema of an object. Removes unknown fields and fields that are `undefined` or `null`. */
export function fields<Entries extends v.ObjectEntries>(
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

/** Describes a value in an error message, briefly. */
function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, maxShownLength));
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" && value !== null ? "an object" : String(value).slice(0, maxShownLength);
}

/** Every supported runtime has `String.prototype.isWellFormed` (ES2024); the ES2023 types lack it. */
function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}
