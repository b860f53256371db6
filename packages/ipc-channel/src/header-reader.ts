import { isUtf8 } from "node:buffer";
import { maxCachedBytes, StringCache } from "./string-cache.ts";

/** The most arrays and maps that may lie inside each other in a header; PROTOCOL.md states it. */
export const maxHeaderDepth = 128;

/** What keys and short values repeat, over all connections. */
const strings = new StringCache();

// One header is read at a time, so its state lives here, where it costs no object for each header.
let bytes: Buffer = Buffer.alloc(0);
let position = 0;
let end = 0;
let depth = 0;

/**
 * The value of the header that lies in `source` from `start` to `stop`, read from those bytes alone.
 *
 * Accepts the subset of MessagePack that PROTOCOL.md lists and nothing else. Throws an Error that says what is wrong and
 * where. Takes time and memory in proportion to the header's length, whatever the header says: at most about 128 bytes
 * for each byte, which is what an empty Uint8Array takes.
 */
export function readHeader(source: Buffer, start: number, stop: number): unknown {
  bytes = source;
  position = start;
  end = stop;
  depth = 0;
  try {
    const value = readValue();
    if (position < end) throw new Error(`${end - position} bytes follow the value`);
    return value;
  } catch (error) {
    (error as Error).message += `, at byte ${position - start} of ${stop - start}`;
    throw error;
  } finally {
    bytes = noBytes;
  }
}

const noBytes = Buffer.alloc(0);

function readValue(): unknown {
  if (position >= end) throw new Error("the header ends before its value");
  const first = bytes[position++] as number;
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
      return readBinary(readUint8());
    case 0xc5:
      return readBinary(readUint16());
    case 0xc6:
      return readBinary(readUint32());
    case 0xc7:
      return readTimestamp(readUint8(), 12);
    case 0xca:
      return readFloat32();
    case 0xcb:
      return readFloat64();
    case 0xcc:
      return readUint8();
    case 0xcd:
      return readUint16();
    case 0xce:
      return readUint32();
    case 0xcf:
      return readUint64();
    case 0xd0:
      return (readUint8() << 24) >> 24;
    case 0xd1:
      return (readUint16() << 16) >> 16;
    case 0xd2:
      return readUint32() | 0;
    case 0xd3:
      return readInt64();
    case 0xd6:
      return readTimestamp(4, 4);
    case 0xd7:
      return readTimestamp(8, 8);
    case 0xd9:
      return readString(readUint8());
    case 0xda:
      return readString(readUint16());
    case 0xdb:
      return readString(readUint32());
    case 0xdc:
      return readArray(readUint16());
    case 0xdd:
      return readArray(readUint32());
    case 0xde:
      return readMap(readUint16());
    case 0xdf:
      return readMap(readUint32());
    default:
      throw new Error(`the byte ${first.toString(16)} begins no value that a header may hold`);
  }
}

/** Moves over `length` bytes; returns where they begin. Throws where the header ends before. */
function take(length: number): number {
  const start = position;
  if (length > end - start) throw new Error(`${length} bytes are announced, ${end - start} are left`);
  position = start + length;
  return start;
}

/** Enters an array or a map of `count` values, each of which takes a byte or more. */
function enter(count: number): void {
  if (count > end - position)
    throw new Error(`${count} values are announced, ${end - position} bytes are left`);
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
  const first = position < end ? (bytes[position] as number) : 0;
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
  const start = take(length);
  if (length <= maxCachedBytes) {
    const cached = strings.find(bytes, start, length);
    if (cached !== undefined) return cached;
  }
  const text = bytes.toString("utf8", start, position);
  // Bytes that are not UTF-8 become U+FFFD, which valid text may hold as well.
  if (text.includes("\ufffd") && !isUtf8(bytes.subarray(start, position)))
    throw new Error("a string is not UTF-8");
  return text;
}

/** A copy: a view would show its holder what the buffer is used for next. */
function readBinary(length: number): Uint8Array {
  const start = take(length);
  const binary = new Uint8Array(length);
  if (length < 64)
    for (let index = 0; index < length; index++) binary[index] = bytes[start + index] as number;
  else binary.set(bytes.subarray(start, position));
  return binary;
}

/** The timestamp extension, of which there are three lengths; see the MessagePack specification. */
function readTimestamp(length: number, expected: number): Date {
  if (length !== expected || readUint8() !== 0xff) throw new Error("an extension that is not the timestamp");
  let seconds: number;
  let nanoseconds = 0;
  if (length === 4) seconds = readUint32();
  else if (length === 8) {
    const high = readUint32();
    nanoseconds = high >>> 2;
    seconds = (high & 3) * 2 ** 32 + readUint32();
  } else {
    nanoseconds = readUint32();
    seconds = Number(readInt64());
  }
  const date = new Date(seconds * 1000 + Math.floor(nanoseconds / 1e6));
  if (nanoseconds > 999_999_999 || Number.isNaN(date.getTime())) throw new Error("a timestamp out of range");
  return date;
}

function readUint8(): number {
  return bytes[take(1)] as number;
}

function readUint16(): number {
  const start = take(2);
  return ((bytes[start] as number) << 8) | (bytes[start + 1] as number);
}

function readUint32(): number {
  const start = take(4);
  const high = ((bytes[start] as number) << 8) | (bytes[start + 1] as number);
  const low = ((bytes[start + 2] as number) << 8) | (bytes[start + 3] as number);
  return high * 0x10000 + low;
}

function readUint64(): number | bigint {
  const high = readUint32();
  const low = readUint32();
  return high < 0x20_0000 ? high * 2 ** 32 + low : (BigInt(high) << 32n) | BigInt(low);
}

function readInt64(): number | bigint {
  const high = readUint32() | 0;
  const low = readUint32();
  const value = high * 2 ** 32 + low;
  return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low);
}

const float64 = new Float64Array(1);
const float32 = new Float32Array(float64.buffer, 0, 1);
const floatBytes = new Uint8Array(float64.buffer);
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function readFloat32(): number {
  fillFloat(take(4), 4);
  return float32[0] as number;
}

function readFloat64(): number {
  fillFloat(take(8), 8);
  return float64[0] as number;
}

/** MessagePack is big-endian. */
function fillFloat(start: number, length: number): void {
  for (let index = 0; index < length; index++) {
    floatBytes[isLittleEndian ? length - 1 - index : index] = bytes[start + index] as number;
  }
}
