import { forbiddenKey, maxHeaderDepth } from "./header-reader.ts";

/**
 * Returns the value if it is plain data, otherwise a copy that is.
 *
 * Plain data is what {@link readHeader} gives back: null, booleans, numbers, well-formed strings, bigints of 64 bits,
 * bytes, dates, arrays, and objects with string keys. As with JSON, `undefined` and functions become null in arrays,
 * undefined properties are left out, and a class instance becomes its own properties or the result of its `toJSON`.
 * Throws a TypeError or RangeError for any other value, so that the encoder never gets one that it encodes differently.
 */
export function carriable(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case "string":
      return wellFormed(value);
    case "object":
      return value === null ? null : carriableObject(value, depth + 1);
    case "number":
    case "boolean":
      return value;
    case "bigint":
      if (BigInt.asIntN(64, value) === value || BigInt.asUintN(64, value) === value) return value;
      throw new RangeError("a bigint has more than 64 bits");
    case "undefined":
    case "function":
      return null;
    default:
      throw new TypeError(`a ${typeof value} cannot be carried`);
  }
}

function carriableObject(value: object, depth: number): unknown {
  if (depth > maxHeaderDepth)
    throw new RangeError(`it is nested deeper than ${maxHeaderDepth}, or in a cycle`);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null)
    return carriableMap(value as Record<string, unknown>, depth);
  if (Array.isArray(value)) return carriableArray(value, depth);
  if (ArrayBuffer.isView(value)) return bytesOf(value);
  if (value instanceof Date) return validDate(value);
  if ("toJSON" in value && typeof value.toJSON === "function") return carriable(value.toJSON(), depth);
  const tag = Object.prototype.toString.call(value);
  if (tag === "[object Object]") return carriableMap({ ...value }, depth);
  throw new TypeError(`an ${tag} cannot be carried`);
}

/** Returns the array itself if no item has to change, otherwise a copy. */
function carriableArray(array: readonly unknown[], depth: number): unknown {
  let copy: unknown[] | undefined;
  for (let index = 0; index < array.length; index++) {
    const item = array[index];
    if (isSimple(item)) {
      copy?.push(item);
      continue;
    }
    const carried = carriable(item, depth);
    if (carried !== item) copy ??= array.slice(0, index);
    copy?.push(carried);
  }
  return copy ?? (array.constructor === Array ? array : [...array]);
}

/** Returns the object itself if no property has to change, otherwise a copy. */
function carriableMap(map: Record<string, unknown>, depth: number): unknown {
  let copy: Record<string, unknown> | undefined;
  for (const key in map) {
    if (!hasOwn.call(map, key)) continue;
    if (wellFormed(key) === forbiddenKey) throw new TypeError(`the key ${forbiddenKey} cannot be carried`);
    const item = map[key];
    if (isSimple(item)) {
      if (copy) copy[key] = item;
      continue;
    }
    const carried = carriable(item, depth);
    if (carried !== item) copy ??= copyUpTo(map, key);
    if (copy && item !== undefined) copy[key] = carried;
  }
  return copy ?? map;
}

const hasOwn = Object.prototype.hasOwnProperty;

function isSimple(value: unknown): boolean {
  return typeof value === "number" || typeof value === "boolean";
}

/** A copy of the properties before `end`. */
function copyUpTo(map: Record<string, unknown>, end: string): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const key in map) {
    if (key === end) break;
    if (hasOwn.call(map, key)) copy[key] = map[key];
  }
  return copy;
}

/** msgpackr truncates views with elements wider than a byte, so they are refused. */
function bytesOf(view: ArrayBufferView): ArrayBufferView {
  if ((view as Partial<Uint8Array>).BYTES_PER_ELEMENT === 1) return view;
  throw new TypeError("a binary value must have elements of one byte, as in a Uint8Array");
}

function validDate(date: Date): Date {
  if (Number.isNaN(date.getTime())) throw new RangeError("a date is invalid");
  return date.constructor === Date ? date : new Date(date.getTime());
}

/** Every supported runtime has `String.prototype.isWellFormed` (ES2024); the ES2023 types lack it. */
function wellFormed(text: string): string {
  if ((text as string & { isWellFormed(): boolean }).isWellFormed()) return text;
  throw new TypeError("a string contains a lone surrogate, which has no UTF-8 encoding");
}
