import { IPCChannelError } from "../errors/ipc-channel-error.ts";
import { tooLarge } from "../errors/too-large.ts";
import { maxLength } from "../wire/frame.ts";
import { forbiddenKey } from "./header-reader.ts";
import { type EncodedHeader, packHeader } from "./packed-header.ts";

/** The longest header that this module encodes without msgpackr, in bytes. Headers over this limit or one of the limits below are left to msgpackr. */
const maxBytes = 1024;

/** The longest string that this module encodes, in UTF-16 code units. The length fits one byte. */
const maxStringLength = 255;

/** The longest key that this module encodes, in UTF-16 code units. The length is part of the type byte. */
const maxKeyLength = 31;

/** The deepest nesting of arrays and maps that this module encodes. */
const maxDepth = 8;

/** The maximum number of entries of an array or map that this module encodes. The number is part of the type byte. */
const maxEntries = 15;

/** The memory that headers are written to. Has room for the longest value after the first `maxBytes` bytes, because {@link writeValue} checks the limit before it writes. */
export const plainHeader: Uint8Array = new Uint8Array(maxBytes + maxStringLength + 16);
const view = new DataView(plainHeader.buffer);
let end = 0;

/** Whether a header is being encoded. A getter of the header may send another message, whose header msgpackr then encodes. */
let isWriting = false;

/**
 * Encodes a header. The next call overwrites the bytes. Throws ERR_IPC_INVALID_HEADER, with the cause, if the header holds
 * a value that cannot be encoded, and ERR_IPC_MESSAGE_TOO_LARGE if the header needs more than `limit` bytes.
 *
 * Most headers are encoded without msgpackr: ASCII strings, numbers, booleans and null in small objects and arrays. Each property is
 * read once and checked as it is written, so no copy is needed. msgpackr encodes all other headers, and needs more than twice
 * as long. Both write the same bytes.
 */
export function encodeHeader(header: unknown, limit: number = maxLength): EncodedHeader {
  const isNested = isWriting;
  try {
    let encoded: EncodedHeader | undefined;
    if (!isNested) {
      isWriting = true;
      end = 0;
      if (writeValue(header, 0) && end <= maxBytes) encoded = { bytes: plainHeader, start: 0, end };
    }
    encoded ??= packHeader(header, limit);
    const length = encoded.end - encoded.start;
    if (length > limit) throw tooLarge("header", length, limit);
    return encoded;
  } catch (cause) {
    if (cause instanceof IPCChannelError && cause.code === "ERR_IPC_MESSAGE_TOO_LARGE") throw cause;
    // A getter may throw any value, including an object that cannot be converted to a string.
    const reason = cause instanceof Error ? cause.message : `${typeof cause} thrown`;
    const message = `the header cannot be encoded: ${reason}`;
    throw new IPCChannelError("ERR_IPC_INVALID_HEADER", message, { cause });
  } finally {
    isWriting = isNested;
  }
}

/** Writes a value. Returns false for a value that is left to msgpackr. */
function writeValue(value: unknown, depth: number): boolean {
  if (end > maxBytes) return false;
  switch (typeof value) {
    case "string":
      return writeString(value);
    case "number":
      // Integers take their shortest form, as msgpackr writes them.
      if (value >>> 0 !== value) writeOtherNumber(value);
      else if (value < 0x80) plainHeader[end++] = value;
      else if (value < 0x100) {
        plainHeader[end++] = 0xcc;
        plainHeader[end++] = value;
      } else if (value < 0x10000) {
        plainHeader[end] = 0xcd;
        view.setUint16(end + 1, value);
        end += 3;
      } else {
        plainHeader[end] = 0xce;
        view.setUint32(end + 1, value);
        end += 5;
      }
      return true;
    case "boolean":
      plainHeader[end++] = value ? 0xc3 : 0xc2;
      return true;
    case "object": {
      if (value === null) {
        plainHeader[end++] = 0xc0;
        return true;
      }
      if (depth === maxDepth) return false;
      const prototype: unknown = Object.getPrototypeOf(value);
      if (prototype === Object.prototype) return writeMap(value as Record<string, unknown>, depth + 1);
      return prototype === Array.prototype && Array.isArray(value) && writeArray(value, depth + 1);
    }
    default:
      return false;
  }
}

/** Writes a negative 32-bit integer in its shortest form, and any number that is not a 32-bit integer as a float64. */
function writeOtherNumber(value: number): void {
  if (value >> 0 !== value) {
    plainHeader[end] = 0xcb;
    view.setFloat64(end + 1, value);
    end += 9;
  } else if (value >= -0x20) plainHeader[end++] = value;
  else if (value >= -0x80) {
    plainHeader[end++] = 0xd0;
    plainHeader[end++] = value;
  } else if (value >= -0x8000) {
    plainHeader[end] = 0xd1;
    view.setInt16(end + 1, value);
    end += 3;
  } else {
    plainHeader[end] = 0xd2;
    view.setInt32(end + 1, value);
    end += 5;
  }
}

function writeString(text: string): boolean {
  const { length } = text;
  if (length > maxStringLength) return false;
  if (length < 0x20) plainHeader[end++] = 0xa0 | length;
  else {
    plainHeader[end++] = 0xd9;
    plainHeader[end++] = length;
  }
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) return false;
    plainHeader[end++] = unit;
  }
  return true;
}

function writeArray(array: readonly unknown[], depth: number): boolean {
  const { length } = array;
  if (length > maxEntries) return false;
  plainHeader[end++] = 0x90 | length;
  for (let index = 0; index < length; index++) if (!writeValue(array[index], depth)) return false;
  return true;
}

/** Writes a map. Undefined properties are left out, so the number of entries is known only at the end. */
function writeMap(map: Record<string, unknown>, depth: number): boolean {
  const head = end++;
  let entries = 0;
  for (const key in map) {
    if (!hasOwn.call(map, key)) continue;
    const value = map[key];
    if (value === undefined) continue;
    const { length } = key;
    if (++entries > maxEntries || length > maxKeyLength || end > maxBytes || key === forbiddenKey)
      return false;
    plainHeader[end++] = 0xa0 | length;
    for (let index = 0; index < length; index++) {
      const unit = key.charCodeAt(index);
      if (unit > 0x7f) return false;
      plainHeader[end++] = unit;
    }
    if (!writeValue(value, depth)) return false;
  }
  plainHeader[head] = 0x80 | entries;
  return true;
}

const hasOwn = Object.prototype.hasOwnProperty;
