import { copyBytes } from "./copy-bytes.ts";
import { type Frame, type FrameLimits, prefixBytes } from "./frame.ts";
import { FramePrefix } from "./frame-prefix.ts";
import { decodeHeader } from "./header-codec.ts";
import { IPCChannelError } from "./ipc-channel-error.ts";

const noBytes = Buffer.alloc(0);

/**
 * Turns a stream of bytes, however it is cut, into frames. Pure: no socket, no timer, no event.
 *
 * Bytes come in by {@link push}, or straight into {@link destination}; frames come out of {@link read}.
 * Nothing is allocated before the announced lengths were held against {@link limits}.
 */
export class FrameDecoder {
  /** The largest message that is taken, from the next frame on. */
  limits: FrameLimits;

  /** Length of the payload of the frame that was read last, or is being filled. */
  lastPayloadBytes = 0;

  readonly #prefix = new FramePrefix();
  readonly #allocate: (length: number) => Uint8Array;
  #chunk: Buffer = noBytes;
  #offset = 0;
  #end = 0;
  /** The beginning of a frame whose prefix and header do not lie whole in one chunk. */
  #split: Buffer = noBytes;
  #splitLength = 0;
  /** Bytes of the stream before the current chunk, for error messages. */
  #consumed = 0;
  /** The frame whose payload is being filled, and how far it is. */
  #pending: Frame | undefined;
  #filled = 0;
  #failure: IPCChannelError | undefined;

  /** `allocate` makes the memory for a payload: an ArrayBuffer of its own, exactly as long. */
  constructor(
    limits: FrameLimits,
    allocate: (length: number) => Uint8Array = (length) => new Uint8Array(length),
  ) {
    this.limits = limits;
    this.#allocate = allocate;
  }

  /** Takes the next `length` bytes, the first ones of `chunk`. They must not change until {@link read} has found no more frame in them. */
  push(chunk: Buffer, length: number = chunk.length): void {
    if (this.#offset < this.#end) {
      // A stream that somebody else has resumed, as a ChildProcess does with its pipes when the child exits.
      const rest = this.#chunk.subarray(this.#offset, this.#end);
      const both = Buffer.concat([rest, chunk.subarray(0, length)]);
      this.#consumed += this.#offset;
      this.#chunk = both;
      this.#offset = 0;
      this.#end = both.length;
      return;
    }
    this.#consumed += this.#end;
    this.#chunk = chunk;
    this.#offset = 0;
    this.#end = length;
  }

  /** The chunk's memory is about to be used for something else: keeps what is left of it. */
  detach(): void {
    if (this.#offset === this.#end) return;
    this.#consumed += this.#offset;
    this.#chunk = Buffer.from(this.#chunk.subarray(this.#offset, this.#end));
    this.#offset = 0;
    this.#end = this.#chunk.length;
  }

  /**
   * The unfilled rest of the payload under way: the next bytes of the stream may be read straight into it, and
   * announced with {@link fill}. `undefined` while a prefix or header is due, or bytes of a chunk are left.
   */
  get destination(): Uint8Array | undefined {
    const payload = this.#pending?.payload;
    if (!payload || this.#offset < this.#end) return undefined;
    return payload.subarray(this.#filled);
  }

  /** The next `length` bytes of the stream have been written to the start of {@link destination}. */
  fill(length: number): void {
    this.#filled += length;
    this.#consumed += length;
  }

  /** The next whole frame, or `undefined` where more bytes are needed. Throws one IPCChannelError, and the same one from then on. */
  read(): Frame | undefined {
    if (this.#failure) throw this.#failure;
    try {
      return this.#read();
    } catch (error) {
      this.#failure = error as IPCChannelError;
      throw error;
    }
  }

  /** To be called at the end of the stream: throws ERR_IPC_TRUNCATED_MESSAGE where it lies inside a frame. */
  end(): void {
    if (this.#failure) throw this.#failure;
    if (!this.#pending && this.#splitLength === 0) return;
    throw new IPCChannelError(
      "ERR_IPC_TRUNCATED_MESSAGE",
      `the stream ends inside a frame, at byte ${this.#position}${
        this.#pending ? `, after ${this.#filled} of ${this.#pending.payload?.length} payload bytes` : ""
      }`,
    );
  }

  get #position(): number {
    return this.#consumed + this.#offset;
  }

  #read(): Frame | undefined {
    const frame = this.#pending ?? this.#readHead();
    if (!frame?.payload) return frame;
    const { payload } = frame;
    const taken = Math.min(payload.length - this.#filled, this.#end - this.#offset);
    if (taken > 0) {
      copyBytes(this.#chunk, this.#offset, payload, this.#filled, taken);
      this.#offset += taken;
      this.#filled += taken;
    }
    if (this.#filled < payload.length) {
      this.#pending = frame;
      return undefined;
    }
    this.#pending = undefined;
    this.#filled = 0;
    return frame;
  }

  /** Prefix and header: in place where the chunk holds them whole, else gathered in `#split`. */
  #readHead(): Frame | undefined {
    if (this.#splitLength === 0) {
      const available = this.#end - this.#offset;
      if (available === 0) return undefined;
      if (available >= prefixBytes) {
        const length = this.#readPrefix(this.#chunk, this.#offset);
        if (available >= length) {
          const frame = this.#toFrame(this.#chunk, this.#offset);
          this.#offset += length;
          return frame;
        }
      }
    }
    if (!this.#gather(prefixBytes)) {
      this.#prefix.checkStart(this.#split, this.#splitLength, this.#position - this.#splitLength);
      return undefined;
    }
    if (!this.#gather(this.#readPrefix(this.#split, 0))) return undefined;
    const frame = this.#toFrame(this.#split, 0);
    this.#splitLength = 0;
    this.#split = noBytes;
    return frame;
  }

  /** Moves bytes into `#split` until it holds `length` of them; false where the chunk ends before. */
  #gather(length: number): boolean {
    if (this.#split.length < length) {
      const larger = Buffer.allocUnsafeSlow(length);
      this.#split.copy(larger, 0, 0, this.#splitLength);
      this.#split = larger;
    }
    const missing = length - this.#splitLength;
    if (missing <= 0) return true;
    const end = Math.min(this.#offset + missing, this.#end);
    const copied = this.#chunk.copy(this.#split, this.#splitLength, this.#offset, end);
    this.#offset += copied;
    this.#splitLength += copied;
    return copied === missing;
  }

  /** Checks the prefix; bytes of prefix and header together. */
  #readPrefix(bytes: Buffer, offset: number): number {
    this.#prefix.read(bytes, offset, this.limits, this.#position - this.#splitLength);
    return prefixBytes + this.#prefix.headerLength;
  }

  /** The frame of the prefix that was read and the header behind it, with a payload still to be filled. */
  #toFrame(bytes: Buffer, offset: number): Frame {
    const { kind, headerLength, hasPayload, payloadLength } = this.#prefix;
    const start = offset + prefixBytes;
    this.lastPayloadBytes = payloadLength;
    return {
      kind,
      header: headerLength === 0 ? undefined : decodeHeader(bytes, start, start + headerLength),
      payload: hasPayload ? this.#allocatePayload(payloadLength) : undefined,
      bytes: prefixBytes + headerLength + payloadLength,
    };
  }

  #allocatePayload(length: number): Uint8Array {
    try {
      return this.#allocate(length);
    } catch (cause) {
      const message = `no memory for a payload of ${length} bytes`;
      throw new IPCChannelError("ERR_IPC_RESOURCES", message, { cause });
    }
  }
}
