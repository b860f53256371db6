import { isUtf8 } from "node:buffer";
import { IPCChannelError } from "../errors/ipc-channel-error.ts";
import { internalized, keepSparse } from "./property-names.ts";
import { numberIfSafe, timestampOf } from "./rare-values.ts";

/** The maximum nesting depth of arrays and maps in a header; stated in PROTOCOL.md. */
export const maxHeaderDepth = 128;

/** A key that headers must not contain, because assigning to it would change the object's prototype. */
export const forbiddenKey = "__proto__";

const noBytes = Buffer.alloc(0);

// State of the header that is being read. All connections share this state, because headers are read one at a time.
let input: Buffer = noBytes;
let position = 0;
let end = 0;
let depth = 0;

/**
 * Decodes the header in `bytes` from `start` to `stop`. Reads no other byte.
 *
 * Accepts only the subset of MessagePack that PROTOCOL.md lists. Throws ERR_IPC_CORRUPT_MESSAGE, with the cause, for any
 * other bytes. The error's message names the offset in the header. Time and memory are proportional to the header's length.
 * Decoding needs at most about 128 bytes of memory for each byte of the header. The worst case is empty binary values: two
 * bytes in the header become a Uint8Array object.
 */
export function readHeader(bytes: Buffer, start: number, stop: number): unknown {
  input = bytes;
  position = start;
  end = stop;
  depth = 0;
  try {
    const value = readValue();
    if (position < end) throw new Error(`${end - position} bytes follow the value`);
    input = noBytes;
    return value;
  } catch (cause) {
    const place = `at byte ${position - start} of ${stop - start}`;
    const message = `undecodable header: ${(cause as Error).message}, ${place}`;
    throw new IPCChannelError("ERR_IPC_CORRUPT_MESSAGE", message, { cause });
  }
}

function readValue(): unknown {
  if (position >= end) throw tooShort(1);
  const type = input[position++] as number;
  if (type < 0x80) return type;
  if (type < 0x90) return readMap(type & 0x0f);
  if (type < 0xa0) return readArray(type & 0x0f);
  if (type < 0xc0) return readString(type & 0x1f);
  if (type >= 0xe0) return type - 0x100;
  switch (type) {
    case 0xc0:
      return null;
    case 0xc2:
    case 0xc3:
      return type === 0xc3;
    case 0xc4:
    case 0xc5:
    case 0xc6:
      return readBinary(readNumber(1 << (type - 0xc4)));
    case 0xc7:
      return readTimestamp(readNumber(1), 12);
    case 0xca:
      // Adding 0 turns minus zero into 0, because a float with a whole value is the same number as the integer.
      return input.readFloatBE(take(4)) + 0;
    case 0xcb:
      return input.readDoubleBE(take(8)) + 0;
    case 0xcc:
    case 0xcd:
    case 0xce:
      return readNumber(1 << (type - 0xcc));
    case 0xcf:
      return numberIfSafe(input.readBigUInt64BE(take(8)));
    case 0xd0:
      return (readNumber(1) << 24) >> 24;
    case 0xd1:
      return (readNumber(2) << 16) >> 16;
    case 0xd2:
      return readNumber(4) | 0;
    case 0xd3:
      return numberIfSafe(input.readBigInt64BE(take(8)));
    case 0xd6:
      return readTimestamp(4, 4);
    case 0xd7:
      return readTimestamp(8, 8);
    case 0xd9:
    case 0xda:
    case 0xdb:
      return readString(readNumber(1 << (type - 0xd9)));
    case 0xdc:
    case 0xdd:
      return readArray(readNumber(2 << (type - 0xdc)));
    case 0xde:
    case 0xdf:
      return readMap(readNumber(2 << (type - 0xde)));
    default:
      throw new Error(`the type byte 0x${type.toString(16)} is not allowed in a header`);
  }
}

/** Advances past the next `length` bytes and returns their offset. */
function take(length: number): number {
  const start = position;
  if (length > end - start) throw tooShort(length);
  position = start + length;
  return start;
}

/** Reads an unsigned integer of `length` bytes, which is at most 4. */
function readNumber(length: number): number {
  if (length > end - position) throw tooShort(length);
  let number = 0;
  for (const after = position + length; position < after; position++)
    number = number * 256 + (input[position] as number);
  return number;
}

function readArray(length: number): unknown[] {
  enter(length);
  // A long array is not preallocated, because each of many nested arrays could announce as many values as bytes are left.
  // A short array is allocated at its length, because V8 reserves 17 items for a growing array.
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
    if (position >= end) throw tooShort(1);
    const type = input[position++] as number;
    const key = (type & 0xe0) === 0xa0 ? readString(type & 0x1f) : readLongKey(type);
    if (key === forbiddenKey) throw new Error(`a map has the key ${forbiddenKey}`);
    const digit = key.charCodeAt(0) - 0x30;
    if (digit >= 0 && digit <= 9 && !isSparse) {
      isSparse = true;
      keepSparse(map);
    }
    map[key] = readValue();
  }
  depth--;
  return map;
}

/** Starts an array or a map. Throws if fewer bytes than values are left, or if the nesting is too deep. */
function enter(values: number): void {
  if (values > end - position)
    throw new Error(`${values} values are announced, ${end - position} bytes are left`);
  if (++depth > maxHeaderDepth) throw new Error(`arrays and maps are nested deeper than ${maxHeaderDepth}`);
}

function readLongKey(type: number): string {
  if (type < 0xd9 || type > 0xdb) throw new Error("a map has a key that is not a string");
  return readString(readNumber(2 ** (type - 0xd9)));
}

/** The number of cached strings, and the bytes reserved for each one: one byte for its length, then its text. Both are powers of two. */
const slots = 1024;
const slotBytes = 32;

/** Short ASCII strings, which repeat from header to header. A lookup is cheaper than decoding the string again. */
const cachedStrings: string[] = new Array(slots).fill("");
const cachedBytes = new Uint8Array(slots * slotBytes);

function readString(length: number): string {
  const start = position;
  if (length > end - start) throw tooShort(length);
  position = start + length;
  if (length === 0 || length >= slotBytes) return decodeString(start, length);
  // Hashes the length and three bytes. Strings with the same hash replace each other.
  const first = input[start] as number;
  const middle = input[start + (length >> 1)] as number;
  const last = input[start + length - 1] as number;
  const slot = (length ^ (first << 2) ^ (middle << 4) ^ (last << 5)) & (slots - 1);
  const text = slot * slotBytes + 1;
  let same = 0;
  if (cachedBytes[text - 1] === length)
    while (same < length && cachedBytes[text + same] === input[start + same]) same++;
  if (same === length) return cachedStrings[slot] as string;
  const string = decodeString(start, length);
  // A string with fewer UTF-16 code units than bytes is not ASCII.
  if (string.length < length) return string;
  cachedBytes[text - 1] = length;
  input.copy(cachedBytes, text, start, start + length);
  cachedStrings[slot] = internalized(string);
  return string;
}

function decodeString(start: number, length: number): string {
  const string = input.toString("utf8", start, start + length);
  // Invalid UTF-8 decodes to U+FFFD. Valid text may contain U+FFFD too, so the bytes are checked.
  if (string.includes("\ufffd") && !isUtf8(input.subarray(start, start + length)))
    throw new Error("a string is not UTF-8");
  return string;
}

/** Copies the bytes, because a view of the chunk would expose later messages. */
function readBinary(length: number): Uint8Array {
  const start = take(length);
  const binary = new Uint8Array(length);
  if (length >= 64) binary.set(input.subarray(start, position));
  else for (let index = 0; index < length; index++) binary[index] = input[start + index] as number;
  return binary;
}

function readTimestamp(length: number, expected: number): Date {
  if (length !== expected || readNumber(1) !== 0xff)
    throw new Error("an extension type other than timestamp is not allowed in a header");
  const start = take(length);
  return timestampOf(input.subarray(start, position));
}

function tooShort(needed: number): Error {
  return new Error(`${needed} bytes are announced, ${end - position} are left`);
}
