import { ImageCodecError, type ImageCodecErrorCode } from "./image-codec-error.ts";

/**
 * An object whose fields have not been checked. An optional field is absent if it is `undefined` or `null`, because
 * encoders in other languages write `null`.
 */
export type UncheckedFields = Readonly<Record<string, unknown>>;

/**
 * Returns the value if it is an object, otherwise throws. The error message names the value by `field`, which is empty
 * for the outermost object.
 */
export function objectOf(value: unknown, field: string, code: ImageCodecErrorCode): UncheckedFields {
  if (typeof value === "object" && value !== null) return value as UncheckedFields;
  throw invalidField(field, "an object", value, code);
}

/**
 * Returns `value` as a number if it is an integer from `least` to `most`, otherwise throws. A `bigint` is accepted,
 * because encoders in other languages may write 64-bit integers, which a deserializer may return as `bigint`. Integers
 * beyond 2^53 - 1 are rejected, because a number cannot represent them exactly.
 */
export function integerOf(
  value: unknown,
  field: string,
  code: ImageCodecErrorCode,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  const number = typeof value === "bigint" ? Number(value) : value;
  if (Number.isSafeInteger(number) && (number as number) >= least && (number as number) <= most) {
    return number as number;
  }
  throw invalidField(field, `an integer from ${least} to ${most}`, value, code);
}

/** Returns the value if it is one of the choices, otherwise throws. */
export function oneOf<const T extends string>(
  value: unknown,
  field: string,
  code: ImageCodecErrorCode,
  choices: readonly T[],
): T {
  if (choices.includes(value as T)) return value as T;
  throw invalidField(field, `one of ${choices.join(", ")}`, value, code);
}

/** Returns the value if it is a boolean, otherwise throws. */
export function booleanOf(value: unknown, field: string, code: ImageCodecErrorCode): boolean {
  if (typeof value === "boolean") return value;
  throw invalidField(field, "a boolean", value, code);
}

/** Makes the error for an invalid field, for example `codedWidth: must be an integer from 1 to 65535, got -1`. */
export function invalidField(
  field: string,
  expected: string,
  value: unknown,
  code: ImageCodecErrorCode,
): ImageCodecError {
  const message = `must be ${expected}, got ${shown(value)}`;
  return new ImageCodecError(code, field ? `${field}: ${message}` : `The value ${message}`);
}

function shown(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.slice(0, 64));
    case "object":
      return value === null ? "null" : Array.isArray(value) ? `an array of ${value.length}` : "an object";
    case "function":
      return "a function";
    default:
      return String(value);
  }
}
