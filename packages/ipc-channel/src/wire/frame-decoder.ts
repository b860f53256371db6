import { IPCChannelError } from "../errors/ipc-channel-error.ts";
import { readHeader } from "../headers/header-reader.ts";
import type { PayloadRoute } from "../payloads/payload-carrier.ts";
import { DecodedFrame } from "./decoded-frame.ts";
import {
  type FrameKind,
  type FrameLimits,
  frameKind,
  loopBytes,
  magicAndVersion,
  maxReferenceBytes,
  payloadFlags,
  prefixBytes,
  type ReceivedFrame,
} from "./frame.ts";
import { allocate, freshMemory, type PayloadMemory } from "./payload-pool.ts";
import { checkStart, controlLimits, prefixError } from "./prefix-error.ts";

/** The states of the decoder. Each state names what is read next. */
const readingPrefix = 0;
const readingHeader = 1;
const readingPayload = 2;

const noBytes = Buffer.alloc(0);

/**
 * Decodes a stream of bytes to frames. Chunks may end at any byte. Uses no socket, timer or event.
 *
 * {@link push} adds a chunk, and {@link read} returns the next frame. The caller may also write the next bytes of the
 * stream directly into {@link payload}. Lengths are checked against {@link limits} before anything is allocated.
 */
export class FrameDecoder {
  /** The limits on messages, from the next frame on. */
  limits: FrameLimits;
  /** The number of pushed bytes that are not read yet. */
  unread = 0;
  /** The payload that is being filled, if any. While {@link unread} is 0, the caller may write the next bytes of the stream to the payload, starting at {@link filled}. */
  payload: Uint8Array | undefined;
  /** The number of bytes of {@link payload} that have arrived. A caller that writes to the payload adds to this number, and calls {@link read} once the payload is full. */
  filled = 0;
  /** The length of the last frame's payload, in bytes. The payload may still be arriving. */
  payloadLength = 0;

  /** Loads payloads that travel outside the stream; `undefined` if the two sides have not agreed on any. */
  route: Pick<PayloadRoute, "load" | "release"> | undefined;

  readonly #memory: PayloadMemory;
  #state: 0 | 1 | 2 = readingPrefix;
  #chunk: Buffer = noBytes;
  /** Offset of the next byte in the chunk. */
  #offset = 0;
  /** Gathers a prefix or header that is spread over several chunks. */
  #split: Buffer = noBytes;
  #splitLength = 0;
  /** The memory with the bytes of the last {@link #consume}: the chunk or `#split`. */
  #source: Buffer = noBytes;
  // Fields of the current frame's prefix.
  #kind: FrameKind = frameKind.message;
  #flags = 0;
  #headerLength = 0;
  /** The frame whose payload is being filled. */
  #frame: DecodedFrame | undefined;
  /** Offset of the current frame in the stream, for error messages. */
  #position = 0;
  #failure: IPCChannelError | undefined;

  constructor(limits: FrameLimits, memory: PayloadMemory = freshMemory) {
    this.limits = limits;
    this.#memory = memory;
  }

  /** Adds the first `length` bytes of `chunk`. The bytes must not change until they are read, or {@link detach} is called. */
  push(chunk: Buffer, length: number = chunk.length): void {
    if (this.unread === 0) this.#chunk = chunk;
    else {
      // Called by detach(), or other code has resumed the stream of a paused reader, as a ChildProcess does with its pipes on exit.
      const left = this.#chunk.subarray(this.#offset, this.#offset + this.unread);
      this.#chunk = Buffer.concat([left, chunk.subarray(0, length)]);
    }
    this.#offset = 0;
    this.unread += length;
  }

  /** Copies the unread bytes, because the memory of the chunk is about to be reused. */
  detach(): void {
    if (this.unread > 0) this.push(noBytes);
  }

  /** Returns the next whole frame; `undefined` if more bytes are needed. Throws an IPCChannelError at the first fault, and the same error on every later call. */
  read(): ReceivedFrame | undefined {
    if (this.#failure) throw this.#failure;
    try {
      if (this.#state === readingPrefix) {
        const start = this.#consume(prefixBytes);
        if (start < 0) {
          checkStart(this.#split.subarray(0, this.#splitLength), this.#position);
          return undefined;
        }
        this.#readPrefix(this.#source, start);
        this.#state = readingHeader;
      }
      if (this.#state === readingHeader) {
        const start = this.#consume(this.#headerLength);
        if (start < 0) return undefined;
        const end = start + this.#headerLength;
        const header = end === start ? undefined : readHeader(this.#source, start, end);
        const isReference = this.#flags === payloadFlags.reference;
        const memory = isReference ? freshMemory : this.#memory;
        if (this.#flags !== 0) this.payload = allocate(memory, this.payloadLength);
        const bytes = prefixBytes + this.#headerLength + this.payloadLength;
        this.#frame = new DecodedFrame(this.#kind, header, this.payload, bytes, memory);
        this.#state = readingPayload;
      }
      if (this.payload) {
        if (this.unread > 0) this.#fill(this.payload);
        if (this.filled < this.payload.length) return undefined;
        this.payload = undefined;
        this.filled = 0;
      }
      const frame = this.#frame as DecodedFrame;
      this.#frame = undefined;
      this.#position += frame.bytes;
      this.#state = readingPrefix;
      return this.route && this.#flags === payloadFlags.reference ? this.#load(frame, this.route) : frame;
    } catch (error) {
      this.#failure = error as IPCChannelError;
      throw error;
    }
  }

  /** Must be called at the end of the stream. Throws ERR_IPC_TRUNCATED_MESSAGE if the stream ends inside a frame. */
  end(): void {
    if (this.#failure) throw this.#failure;
    if (this.#state === readingPrefix && this.#splitLength === 0) return;
    const place = this.payload ? `, after ${this.filled} of ${this.payload.length} payload bytes` : "";
    const message = `the stream ends inside the frame at byte ${this.#position}${place}`;
    throw new IPCChannelError("ERR_IPC_TRUNCATED_MESSAGE", message);
  }

  /**
   * Consumes the next `length` bytes and returns their offset in `#source`, or -1 if some have not arrived. Copies the bytes
   * to `#split` only if they are spread over several chunks.
   */
  #consume(length: number): number {
    const start = this.#offset;
    if (this.#splitLength === 0 && length <= this.unread) {
      this.#source = this.#chunk;
      this.#offset += length;
      this.unread -= length;
      return start;
    }
    if (this.#splitLength === 0) this.#split = Buffer.allocUnsafeSlow(length);
    const taken = Math.min(length - this.#splitLength, this.unread);
    this.#chunk.copy(this.#split, this.#splitLength, start, start + taken);
    this.#offset += taken;
    this.unread -= taken;
    this.#splitLength += taken;
    if (this.#splitLength < length) return -1;
    this.#source = this.#split;
    this.#splitLength = 0;
    return 0;
  }

  #readPrefix(bytes: Buffer, start: number): void {
    const kind = bytes[start + 4] as FrameKind;
    const isMessage = kind === frameKind.message;
    const limits = isMessage ? this.limits : controlLimits;
    const hasCarrier = this.route !== undefined;
    this.#kind = kind;
    const flags = bytes[start + 5] as number;
    this.#flags = flags;
    this.#headerLength = uint32(bytes, start + 8);
    this.payloadLength = uint32(bytes, start + 12);
    const isValid =
      uint32(bytes, start) === magicAndVersion &&
      kind <= (hasCarrier ? frameKind.carrier : frameKind.goodbye) &&
      (flags === payloadFlags.reference
        ? isMessage && hasCarrier && this.payloadLength > 0 && this.payloadLength <= maxReferenceBytes
        : this.payloadLength <= limits.maxPayloadBytes &&
          (flags === payloadFlags.inline ? isMessage : flags === 0 && this.payloadLength === 0)) &&
      bytes[start + 6] === 0 &&
      bytes[start + 7] === 0 &&
      (this.#headerLength > 0 || kind === frameKind.alive) &&
      this.#headerLength <= limits.maxHeaderBytes;
    if (isValid) return;
    throw prefixError(bytes.subarray(start, start + prefixBytes), limits, this.#position, hasCarrier);
  }

  /** Returns a frame with the payload that its reference stands for. */
  #load(
    { kind, header, payload, bytes }: DecodedFrame,
    route: Pick<PayloadRoute, "load" | "release">,
  ): DecodedFrame {
    const reference = payload as Uint8Array;
    const loaded = route.load(reference);
    const memory = { giveBack: (given: Uint8Array) => route.release(given) };
    return new DecodedFrame(kind, header, loaded, bytes - reference.length + loaded.length, memory);
  }

  /** Copies unread bytes to the payload, until none are left or the payload is full. */
  #fill(payload: Uint8Array): void {
    const length = Math.min(payload.length - this.filled, this.unread);
    const start = this.#offset;
    if (length > loopBytes) payload.set(this.#chunk.subarray(start, start + length), this.filled);
    else
      for (let index = 0; index < length; index++)
        payload[this.filled + index] = this.#chunk[start + index] as number;
    this.#offset += length;
    this.unread -= length;
    this.filled += length;
  }
}

/** Reads an unsigned integer of 32 bits. Faster than Buffer's method, which checks its arguments on each call. */
function uint32(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
  return low + (bytes[at + 3] as number) * 2 ** 24;
}
