import { isUtf8 } from "node:buffer";
import { HeaderBytes } from "./header-bytes.ts";
import { maxCachedBytes, StringCache } from "./string-cache.ts";

/** The maximum nesting depth of arrays and maps in a header; stated in PROTOCOL.md. */
export const maxHeaderDepth = 128;

/** Keys and short strings repeat from header to header. The cache is shared by all connections. */
const strings = new StringCache();

// Reading is synchronous, so the state is shared: no allocation per header.
const input = new HeaderBytes();
let depth = 0;

/**
 * Decodes the header in `bytes` from `start` to `end`. Reads no other byte.
 *
 * Accepts only the subset of MessagePack that PROTOCOL.md lists. Throws an Error that names the fault and its offset.
 * Time and memory are proportional to the header's length, whatever its content: at most about 128 bytes of memory for
 * each byte. The worst case is empty binary values, since an empty Uint8Array takes that much.
 */
export function readHeader(bytes: Buffer, start: number, end: number): unknown {
  input.open(bytes, start, end);
  depth = 0;
  const value = readValue();
  if (input.left > 0) throw input.fault(`${input.left} bytes follow the value`);
  input.close();
  return value;
}

function readValue(): unknown {
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
      throw input.fault(`the type byte 0x${first.toString(16)} is not allowed in a header`);
  }
}

/** Enters an array or a map of `count` values. Each value takes at least one byte, so `count` is checked against the rest. */
function enter(count: number): void {
  if (count > input.left) throw input.fault(`${count} values are announced, ${input.left} bytes are left`);
  if (++depth > maxHeaderDepth) throw input.fault(`arrays and maps are nested deeper than ${maxHeaderDepth}`);
}

function readArray(length: number): unknown[] {
  enter(length);
  // A long array grows while it is read, because each of many nested arrays could claim all remaining bytes. A short array
  // is allocated at its length, because V8 gives a growing array room for 17 items.
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
  const key = readKeyOfLength(input.readUint8());
  if (key === forbiddenKey) throw input.fault(`a map has the key ${forbiddenKey}`);
  return key;
}

function readKeyOfLength(first: number): string {
  if (first >= 0xa0 && first < 0xc0) return readString(first & 0x1f);
  if (first === 0xd9) return readString(input.readUint8());
  if (first === 0xda) return readString(input.readUint16());
  if (first === 0xdb) return readString(input.readUint32());
  throw input.fault("a map has a key that is not a string");
}

/** Assigning to this key would change the object's prototype. */
export const forbiddenKey = "__proto__";

function looksLikeIndex(key: string): boolean {
  const first = key.charCodeAt(0);
  return first >= 0x30 && first <= 0x39;
}

/**
 * Makes V8 store keys that are array indices in a hash table. Otherwise V8 reserves room for all lower indices: about
 * 12 kB for the single key "1023". Setting one very high index switches the object to a hash table permanently.
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
  // Invalid UTF-8 decodes to U+FFFD. Valid text may contain U+FFFD too, so the bytes are checked.
  if (text.includes("\ufffd") && !isUtf8(input.bytes.subarray(start, input.position)))
    throw input.fault("a string is not UTF-8");
  return text;
}

/** Copies the bytes: the buffer is reused, and a view would expose later messages. */
function readBinary(length: number): Uint8Array {
  const start = input.take(length);
  const binary = new Uint8Array(length);
  if (length < 64)
    for (let index = 0; index < length; index++) binary[index] = input.bytes[start + index] as number;
  else binary.set(input.bytes.subarray(start, input.position));
  return binary;
}

/** Reads the timestamp extension in one of its three lengths (4, 8 or 12 bytes); see the MessagePack specification. */
function readTimestamp(length: number, expected: number): Date {
  if (length !== expected || input.readUint8() !== 0xff)
    throw input.fault("an extension type other than timestamp");
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
  if (nanoseconds > 999_999_999 || Number.isNaN(date.getTime()))
    throw input.fault("a timestamp is out of range");
  return date;
}
