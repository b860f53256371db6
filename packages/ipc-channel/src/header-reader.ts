import { isUtf8 } from "node:buffer";
import { HeaderBytes } from "./header-bytes.ts";
import { maxCachedBytes, StringCache } from "./string-cache.ts";

/** The most arrays and maps that may lie inside each other in a header; PROTOCOL.md states it. */
export const maxHeaderDepth = 128;

/** What keys and short values repeat, over all connections. */
const strings = new StringCache();

// One header is read at a time, so its state lives here, where it costs no object for each header.
const input = new HeaderBytes();
let depth = 0;

/**
 * The value of the header that lies in `bytes` from `start` to `end`, read from those bytes alone.
 *
 * Accepts the subset of MessagePack that PROTOCOL.md lists and nothing else. Throws an Error that says what is wrong and
 * where. Takes time and memory in proportion to the header's length, whatever the header says: at most about 128 bytes
 * for each byte, which is what an empty Uint8Array takes.
 */
export function readHeader(bytes: Buffer, start: number, end: number): unknown {
  input.open(bytes, start, end);
  depth = 0;
  try {
    const value = readValue();
    if (input.left > 0) throw new Error(`${input.left} bytes follow the value`);
    return value;
  } catch (error) {
    (error as Error).message += `, at byte ${input.position - start} of ${end - start}`;
    throw error;
  } finally {
    input.close();
  }
}

function readValue(): unknown {
  if (input.left === 0) throw new Error("the header ends before its value");
  const first = input.readUint8();
  if (first < 0x80) return first;
  if (first < 0x90) return readMap(first & 0x0f);
  if (first < 0xa0) return readArray(first & 0x0f);
  if (first < 0xc0) return readString(first & 0x1f);
  if (first >= 0xe0) return first - 0x100;
  switch (first) {
    case 0xc0:
      return null;
    case 0xc2:
      return false;
    case 0xc3:
      return true;
    case 0xc4:
      return readBinary(input.readUint8());
    case 0xc5:
      return readBinary(input.readUint16());
    case 0xc6:
      return readBinary(input.readUint32());
    case 0xc7:
      return readTimestamp(input.readUint8(), 12);
    case 0xca:
      return input.readFloat32();
    case 0xcb:
      return input.readFloat64();
    case 0xcc:
      return input.readUint8();
    case 0xcd:
      return input.readUint16();
    case 0xce:
      return input.readUint32();
    case 0xcf:
      return input.readUint64();
    case 0xd0:
      return (input.readUint8() << 24) >> 24;
    case 0xd1:
      return (input.readUint16() << 16) >> 16;
    case 0xd2:
      return input.readUint32() | 0;
    case 0xd3:
      return input.readInt64();
    case 0xd6:
      return readTimestamp(4, 4);
    case 0xd7:
      return readTimestamp(8, 8);
    case 0xd9:
      return readString(input.readUint8());
    case 0xda:
      return readString(input.readUint16());
    case 0xdb:
      return readString(input.readUint32());
    case 0xdc:
      return readArray(input.readUint16());
    case 0xdd:
      return readArray(input.readUint32());
    case 0xde:
      return readMap(input.readUint16());
    case 0xdf:
      return readMap(input.readUint32());
    default:
      throw new Error(`the byte ${first.toString(16)} begins no value that a header may hold`);
  }
}

/** Enters an array or a map of `count` values, each of which takes a byte or more. */
function enter(count: number): void {
  if (count > input.left) throw new Error(`${count} values are announced, ${input.left} bytes are left`);
  if (++depth > maxHeaderDepth) throw new Error(`arrays and maps are nested deeper than ${maxHeaderDepth}`);
}

function readArray(length: number): unknown[] {
  enter(length);
  // A long one grows as it is read: arrays inside each other could each announce all of the rest. A short one is made
  // to measure, since a growing one begins with room for 17.
  const array: unknown[] = length <= 16 ? new Array(length) : [];
  for (let index = 0; index < length; index++) array[index] = readValue();
  depth--;
  return array;
}

function readMap(length: number): Record<string, unknown> {
  enter(length * 2);
  const map: Record<string, unknown> = {};
  let isSparse = false;
  for (let index = 0; index < length; index++) {
    const key = readKey();
    if (!isSparse && looksLikeIndex(key)) {
      keepSparse(map);
      isSparse = true;
    }
    map[key] = readValue();
  }
  depth--;
  return map;
}

function readKey(): string {
  const first = input.left > 0 ? (input.bytes[input.position] as number) : 0;
  const isString = (first >= 0xa0 && first < 0xc0) || (first >= 0xd9 && first <= 0xdb);
  if (!isString) throw new Error("a map has a key that is not a string");
  const key = readValue() as string;
  if (key === forbiddenKey) throw new Error(`a map has the key ${forbiddenKey}`);
  return key;
}

/** Setting this key would change the object's prototype. */
export const forbiddenKey = "__proto__";

function looksLikeIndex(key: string): boolean {
  const first = key.charCodeAt(0);
  return first >= 0x30 && first <= 0x39;
}

/**
 * Makes V8 keep the keys that are array indices in a hash table. It would else reserve room for all lower indices, some
 * 12 kB for the key "1023" alone. An index this high, once set, has that effect for the object's whole life.
 */
function keepSparse(map: Record<string, unknown>): void {
  map[highestIndex] = null;
  delete map[highestIndex];
}

const highestIndex = String(2 ** 32 - 2);

function readString(length: number): string {
  const start = input.take(length);
  if (length <= maxCachedBytes) {
    const cached = strings.find(input.bytes, start, length);
    if (cached !== undefined) return cached;
  }
  const text = input.bytes.toString("utf8", start, input.position);
  // Bytes that are not UTF-8 become U+FFFD, which valid text may hold as well.
  if (text.includes("\ufffd") && !isUtf8(input.bytes.subarray(start, input.position)))
    throw new Error("a string is not UTF-8");
  return text;
}

/** A copy: a view would show its holder what the buffer is used for next. */
function readBinary(length: number): Uint8Array {
  const start = input.take(length);
  const binary = new Uint8Array(length);
  if (length < 64)
    for (let index = 0; index < length; index++) binary[index] = input.bytes[start + index] as number;
  else binary.set(input.bytes.subarray(start, input.position));
  return binary;
}

/** The timestamp extension, of which there are three lengths; see the MessagePack specification. */
function readTimestamp(length: number, expected: number): Date {
  if (length !== expected || input.readUint8() !== 0xff)
    throw new Error("an extension that is not the timestamp");
  let seconds: number;
  let nanoseconds = 0;
  if (length === 4) seconds = input.readUint32();
  else if (length === 8) {
    const high = input.readUint32();
    nanoseconds = high >>> 2;
    seconds = (high & 3) * 2 ** 32 + input.readUint32();
  } else {
    nanoseconds = input.readUint32();
    seconds = Number(input.readInt64());
  }
  const date = new Date(seconds * 1000 + Math.floor(nanoseconds / 1e6));
  if (nanoseconds > 999_999_999 || Number.isNaN(date.getTime())) throw new Error("a timestamp out of range");
  return date;
}
