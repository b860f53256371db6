import {
  type Frame,
  type FrameKind,
  type FrameLimits,
  frameKind,
  hasMagic,
  maxControlHeaderBytes,
  prefixBytes,
  wireVersion,
} from "./frame.ts";
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

  readonly #allocate: (length: number) => Uint8Array;
  #chunk: Buffer = noBytes;
  #offset = 0;
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

  /** Takes the next bytes; only once {@link read} has found no more frame in the ones before. They must not change until then. */
  push(chunk: Buffer): void {
    this.#consumed += this.#chunk.length;
    this.#chunk = chunk;
    this.#offset = 0;
  }

  /** The chunk's memory is about to be used for something else: keeps what is left of it. */
  detach(): void {
    if (this.#offset === this.#chunk.length) return;
    this.#consumed += this.#offset;
    this.#chunk = Buffer.from(this.#chunk.subarray(this.#offset));
    this.#offset = 0;
  }

  /**
   * The unfilled rest of the payload under way: the next bytes of the stream may be read straight into it, and
   * announced with {@link fill}. `undefined` while a prefix or header is due, or bytes of a chunk are left.
   */
  get destination(): Uint8Array | undefined {
    const payload = this.#pending?.payload;
    if (!payload || this.#offset < this.#chunk.length) return undefined;
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
    this.#pending = frame;
    const missing = frame.payload.length - this.#filled;
    const taken = Math.min(missing, this.#chunk.length - this.#offset);
    if (taken > 0) {
      frame.payload.set(this.#chunk.subarray(this.#offset, this.#offset + taken), this.#filled);
      this.#offset += taken;
      this.#filled += taken;
    }
    if (this.#filled < frame.payload.length) return undefined;
    this.#pending = undefined;
    this.#filled = 0;
    return frame;
  }

  /** Prefix and header: in place where the chunk holds them whole, else gathered in `#split`. */
  #readHead(): Frame | undefined {
    if (this.#splitLength === 0) {
      const available = this.#chunk.length - this.#offset;
      if (available >= prefixBytes) {
        const length = this.#headLength(this.#chunk, this.#offset);
        if (available >= length) {
          const frame = this.#parseHead(this.#chunk, this.#offset);
          this.#offset += length;
          return frame;
        }
      }
      if (available === 0) return undefined;
    }
    if (!this.#gather(prefixBytes)) return undefined;
    if (!this.#gather(this.#headLength(this.#split, 0))) return undefined;
    const frame = this.#parseHead(this.#split, 0);
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
    const copied = this.#chunk.copy(this.#split, this.#splitLength, this.#offset, this.#offset + missing);
    this.#offset += copied;
    this.#splitLength += copied;
    return copied === missing;
  }

  /** Checks the prefix; bytes of prefix and header together. */
  #headLength(bytes: Buffer, offset: number): number {
    const fail = (
      code: "ERR_IPC_CORRUPT_MESSAGE" | "ERR_IPC_VERSION" | "ERR_IPC_MESSAGE_TOO_LARGE",
      what: string,
    ) => new IPCChannelError(code, `${what}, in the frame at byte ${this.#position - this.#splitLength}`);
    if (!hasMagic(bytes, offset)) {
      throw fail(
        "ERR_IPC_CORRUPT_MESSAGE",
        `not a frame of this protocol (${bytes.toString("hex", offset, offset + 4)})`,
      );
    }
    const version = bytes.readUInt8(offset + 3);
    if (version !== wireVersion)
      throw fail("ERR_IPC_VERSION", `the peer speaks version ${version}, we speak ${wireVersion}`);
    const kind = bytes.readUInt8(offset + 4);
    if (kind > frameKind.goodbye) throw fail("ERR_IPC_CORRUPT_MESSAGE", `unknown kind ${kind}`);
    const flags = bytes.readUInt8(offset + 5);
    if (flags > 1) throw fail("ERR_IPC_CORRUPT_MESSAGE", `unknown flags ${flags}`);
    if (bytes.readUInt16LE(offset + 6) !== 0)
      throw fail("ERR_IPC_CORRUPT_MESSAGE", "the reserved bytes are not 0");
    const headerLength = bytes.readUInt32LE(offset + 8);
    const payloadLength = bytes.readUInt32LE(offset + 12);
    if (headerLength === 0 && kind !== frameKind.alive) throw fail("ERR_IPC_CORRUPT_MESSAGE", "no header");
    if (payloadLength > 0 && flags === 0)
      throw fail("ERR_IPC_CORRUPT_MESSAGE", "payload length without the payload flag");
    if (flags === 1 && kind !== frameKind.message)
      throw fail("ERR_IPC_CORRUPT_MESSAGE", `kind ${kind} with a payload`);
    const maxHeaderBytes = kind === frameKind.message ? this.limits.maxHeaderBytes : maxControlHeaderBytes;
    if (headerLength > maxHeaderBytes)
      throw fail("ERR_IPC_MESSAGE_TOO_LARGE", `a header of ${headerLength} bytes, over ${maxHeaderBytes}`);
    if (payloadLength > this.limits.maxPayloadBytes) {
      throw fail(
        "ERR_IPC_MESSAGE_TOO_LARGE",
        `a payload of ${payloadLength} bytes, over ${this.limits.maxPayloadBytes}`,
      );
    }
    return prefixBytes + headerLength;
  }

  /** The frame of a checked prefix and its header, with a payload still to be filled. */
  #parseHead(bytes: Buffer, offset: number): Frame {
    const headerLength = bytes.readUInt32LE(offset + 8);
    const payloadLength = bytes.readUInt32LE(offset + 12);
    const start = offset + prefixBytes;
    this.lastPayloadBytes = payloadLength;
    return {
      kind: bytes.readUInt8(offset + 4) as FrameKind,
      header: headerLength === 0 ? undefined : decodeHeader(bytes, start, start + headerLength),
      payload: bytes.readUInt8(offset + 5) === 1 ? this.#allocate(payloadLength) : undefined,
      bytes: prefixBytes + headerLength + payloadLength,
    };
  }
}
