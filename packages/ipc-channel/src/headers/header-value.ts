import { isDate, isInt8Array, isUint8Array, isUint8ClampedArray } from "node:util/types";
import { tooLarge } from "../errors/too-large.ts";
import { forbiddenKey, maxHeaderDepth } from "./header-reader.ts";

/** The number of bytes left for the rest of the current header. Each value needs at least one byte. */
let room = 0;
let limit = 0;

/** The number of nested calls of {@link carriable}. A getter can cause a nested call. */
let calls = 0;

/** Whether the last copied value holds bytes or dates. msgpackr encodes them through extensions. */
let holdsExtended = false;

/** Whether the last result of {@link carriable} holds bytes or dates. */
export function lastHoldsExtended(): boolean {
  return holdsExtended;
}

/**
 * Returns a copy of the value that is plain data.
 *
 * Plain data is what {@link readHeader} returns: null, booleans, numbers, well-formed strings, bigints of 64 bits,
 * bytes, dates, arrays, and objects with string keys. As with JSON, `undefined` and functions become null in arrays,
 * undefined properties are left out, and a class instance becomes its own properties or the result of its `toJSON`.
 * Throws a TypeError or RangeError for any other value, because the encoder would not reject it.
 *
 * Each property is read once, so the checked value of a getter or a proxy is the one that is encoded. Throws
 * ERR_IPC_MESSAGE_TOO_LARGE as soon as the value is certain to exceed `maxBytes`.
 */
export function carriable(value: unknown, maxBytes: number): unknown {
  // A getter may encode another header.
  const outerRoom = room;
  const outerLimit = limit;
  if (calls++ === 0) holdsExtended = false;
  room = maxBytes;
  limit = maxBytes;
  try {
    return carry(value, 0);
  } finally {
    room = outerRoom;
    limit = outerLimit;
    calls--;
  }
}

function take(bytes: number): void {
  room -= bytes;
  if (room < 0) throw tooLarge("header", limit - room, limit);
}

function carry(value: unknown, depth: number): unknown {
  take(1);
  switch (typeof value) {
    case "string":
      take(value.length);
      return wellFormed(value);
    case "object":
      return value === null ? null : carryObject(value, depth + 1);
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
      throw new TypeError(`a ${typeof value} is not allowed in a header`);
  }
}

function carryObject(value: object, depth: number): unknown {
  if (depth > maxHeaderDepth)
    throw new RangeError(`arrays and objects are nested deeper than ${maxHeaderDepth}, or in a cycle`);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return carryMap(value, depth);
  if (Array.isArray(value)) return carryArray(value, depth);
  if (ArrayBuffer.isView(value)) return carryBytes(value);
  if (isDate(value)) return copyDate(value);
  if ("toJSON" in value && typeof value.toJSON === "function") {
    return carry(value.toJSON(), depth);
  }
  const tag = Object.prototype.toString.call(value);
  if (tag === "[object Object]") return carryMap(value, depth);
  throw new TypeError(`an ${tag} is not allowed in a header`);
}

function carryArray(array: readonly unknown[], depth: number): unknown[] {
  const { length } = array;
  // Checked before the loop: a sparse array can have 2^32 - 1 holes.
  take(length);
  room += length;
  const copy: unknown[] = [];
  for (let index = 0; index < length; index++) {
    const item = array[index];
    if (isSimple(item)) {
      take(1);
      copy.push(item);
    } else copy.push(carry(item, depth));
  }
  return copy;
}

function carryMap(map: object, depth: number): Record<string, unknown> {
  const copy: Record<string, unknown> = { ...map };
  let hasUndefined = false;
  for (const key in copy) {
    if (!hasOwn.call(copy, key)) continue;
    if (wellFormed(key) === forbiddenKey)
      throw new TypeError(`the key ${forbiddenKey} is not allowed in a header`);
    const item = copy[key];
    if (item === undefined) {
      hasUndefined = true;
      continue;
    }
    take(1 + key.length);
    if (isSimple(item)) {
      take(1);
      continue;
    }
    const carried = carry(item, depth);
    if (carried !== item) copy[key] = carried;
  }
  return hasUndefined ? withoutUndefined(copy) : copy;
}

function withoutUndefined(map: Record<string, unknown>): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(map)) if (map[key] !== undefined) copy[key] = map[key];
  return copy;
}

function isSimple(value: unknown): boolean {
  return typeof value === "number" || typeof value === "boolean";
}

const hasOwn = Object.prototype.hasOwnProperty;

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const byteLengthOf = getter<number>(typedArray, "byteLength");
const byteOffsetOf = getter<number>(typedArray, "byteOffset");
const bufferOf = getter<ArrayBuffer>(typedArray, "buffer");

/** Returns a plain Uint8Array over the same memory. msgpackr truncates views with elements wider than a byte, so such views are rejected. */
function carryBytes(view: ArrayBufferView): Uint8Array {
  if (!isUint8Array(view) && !isInt8Array(view) && !isUint8ClampedArray(view)) {
    throw new TypeError("a binary value must have elements of one byte, as in a Uint8Array");
  }
  const length = byteLengthOf(view);
  take(length);
  holdsExtended = true;
  // The constructor throws if the memory was transferred.
  return new Uint8Array(bufferOf(view), byteOffsetOf(view), length);
}

/** Returns the prototype's getter, which an own property of an instance cannot hide. */
function getter<T>(prototype: object, name: string): (instance: object) => T {
  const { get } = Object.getOwnPropertyDescriptor(prototype, name) as { get(): T };
  return (instance) => get.call(instance);
}

function copyDate(date: Date): Date {
  const time = Date.prototype.getTime.call(date);
  if (Number.isNaN(time)) throw new RangeError("a date is invalid");
  holdsExtended = true;
  return new Date(time);
}

/** Every supported runtime has `String.prototype.isWellFormed` (ES2024); the ES2023 types lack it. */
function wellFormed(text: string): string {
  if ((text as string & { isWellFormed(): boolean }).isWellFormed()) return text;
  throw new TypeError("a string contains a lone surrogate, which has no UTF-8 encoding");
}
