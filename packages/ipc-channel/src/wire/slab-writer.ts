import { isUint8Array } from "node:util/types";
import type { EncodedHeader } from "../headers/packed-header.ts";
import { type FrameKind, loopBytes, magicAndVersion, payloadFlags, prefixBytes } from "./frame.ts";

/** The size of a slab, in bytes. A full slab is replaced instead of reused, because its write may still be in flight. */
const slabBytes = 64 * 1024;

/** Payloads up to this many bytes are copied behind their header, so that many frames are one chunk. Larger payloads are written from the caller's memory. */
const copiedBytes = 16 * 1024;

/** Writes frames side by side into slabs of memory, so that many small frames are one chunk to write. */
export class SlabWriter {
  #slab = Buffer.alloc(0);
  #view = new DataView(this.#slab.buffer, 0, 0);
  /** Offset of the first byte that is not part of a chunk yet. `#end` is the offset after the last written byte. */
  #start = 0;
  #end = 0;

  /**
   * Appends a frame to the slab. `parts` is the payload, of `payloadLength` bytes in total, or `undefined` for no payload.
   * `isReference` is whether the payload's bytes are a reference to a payload outside the stream.
   * Adds finished chunks to `chunks`. Returns true if the payload was too large to copy, so that its parts
   * were added to `chunks` without a copy.
   */
  write(
    kind: FrameKind,
    header: EncodedHeader,
    parts: readonly Uint8Array[] | undefined,
    payloadLength: number,
    chunks: Uint8Array[],
    isReference = false,
  ): boolean {
    const headerLength = header.end - header.start;
    const copies = payloadLength <= copiedBytes;
    const length = prefixBytes + headerLength + (copies ? payloadLength : 0);
    if (this.#end + length > this.#slab.length) {
      this.cut(chunks);
      this.#slab = Buffer.allocUnsafeSlow(Math.max(slabBytes, length));
      this.#view = new DataView(this.#slab.buffer);
      this.#start = 0;
      this.#end = 0;
    }
    const slab = this.#slab;
    const flags = isReference ? payloadFlags.reference : payloadFlags.inline;
    writePrefix(this.#view, this.#end, kind, headerLength, parts && payloadLength, flags);
    let end = this.#end + prefixBytes;
    if (headerLength > loopBytes) slab.set(header.bytes.subarray(header.start, header.end), end);
    else
      for (let index = 0; index < headerLength; index++)
        slab[end + index] = header.bytes[header.start + index] as number;
    end += headerLength;
    if (parts && copies)
      for (const part of parts) {
        slab.set(part, end);
        end += part.length;
      }
    this.#end = end;
    if (!parts || copies) return false;
    this.cut(chunks);
    // Pushed one by one, because a list may have more parts than a call can have arguments.
    for (const part of parts) chunks.push(part);
    return true;
  }

  /** Adds the bytes that were written since the last cut to `chunks`, as one chunk. */
  cut(chunks: Uint8Array[]): void {
    if (this.#start === this.#end) return;
    chunks.push(this.#slab.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }
}

/** Writes a prefix at `offset`. A `payloadLength` of `undefined` means no payload and no flags; 0 means an empty one. */
export function writePrefix(
  target: DataView,
  offset: number,
  kind: FrameKind,
  headerLength: number,
  payloadLength: number | undefined,
  flags: number = payloadFlags.inline,
): void {
  target.setUint32(offset, magicAndVersion, true);
  target.setUint32(offset + 4, payloadLength === undefined ? kind : kind | (flags << 8), true);
  target.setUint32(offset + 8, headerLength, true);
  target.setUint32(offset + 12, payloadLength ?? 0, true);
}

/** A payload as a caller passes it: bytes, or a list of parts that arrive as one payload. */
export type Payload = Uint8Array | readonly Uint8Array[];

/** Returns the parts of a payload, in a new list. Throws a TypeError if `payload` is neither bytes nor a list of bytes. */
export function partsOf(payload: Payload): readonly Uint8Array[] {
  // `instanceof` would reject an array of another realm.
  if (isUint8Array(payload)) return [payload];
  if (!Array.isArray(payload)) throw new TypeError(mustBeBytes);
  const parts: Uint8Array[] = [];
  for (const part of payload) {
    if (!isUint8Array(part)) throw new TypeError(mustBeBytes);
    parts.push(part);
  }
  return parts;
}

const mustBeBytes = "payload must be a Uint8Array or a list of Uint8Arrays";

/** Returns the total length of the parts in bytes. Throws a TypeError if the memory of a part was transferred. */
export function lengthOf(parts: readonly Uint8Array[]): number {
  let length = 0;
  for (const part of parts) {
    if (part.length === 0) requireAttached(part);
    length += part.length;
  }
  return length;
}

/** Throws a TypeError if the view is empty because its memory was transferred. An empty payload is legal. */
function requireAttached({ buffer }: Uint8Array): void {
  try {
    // This constructor is the only check that works on every supported version of Node.
    new Uint8Array(buffer as ArrayBuffer);
  } catch (cause) {
    throw new TypeError("the payload's memory was transferred or disposed", { cause });
  }
}
