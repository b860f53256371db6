import { type FrameKind, type FrameLimits, frameKind, maxControlHeaderBytes, wireVersion } from "./frame.ts";
import { IPCChannelError, type IPCChannelErrorCode } from "./ipc-channel-error.ts";

const magic = 0x43_50_49; // "IPC", read as a little-endian number
const magicAndVersion = (wireVersion << 24) | magic;
const payloadFlag = 0x100;

/** Writes a prefix at `offset`; a `payloadLength` of `undefined` means no payload, which is not an empty one. */
export function writePrefix(
  target: Uint8Array,
  offset: number,
  kind: FrameKind,
  headerLength: number,
  payloadLength: number | undefined,
): void {
  writeUint32(target, offset, magicAndVersion);
  writeUint32(target, offset + 4, kind | (payloadLength === undefined ? 0 : payloadFlag));
  writeUint32(target, offset + 8, headerLength);
  writeUint32(target, offset + 12, payloadLength ?? 0);
}

/** The prefix of a frame, read from its bytes and found to be in order. One object serves for all frames of a stream. */
export class FramePrefix {
  kind: FrameKind = frameKind.message;
  hasPayload = false;
  headerLength = 0;
  payloadLength = 0;

  /** Reads the prefix at `offset`. Throws an IPCChannelError that says what is wrong, `position` being where in the stream that is. */
  read(bytes: Uint8Array, offset: number, limits: FrameLimits, position: number): void {
    const start = readUint32(bytes, offset);
    const middle = readUint32(bytes, offset + 4);
    this.kind = (middle & 0xff) as FrameKind;
    this.hasPayload = middle > 0xff;
    this.headerLength = readUint32(bytes, offset + 8);
    this.payloadLength = readUint32(bytes, offset + 12);
    const isMessage = this.kind === frameKind.message;
    const maxHeaderBytes = isMessage ? limits.maxHeaderBytes : maxControlHeaderBytes;
    const isInOrder =
      start === magicAndVersion &&
      this.kind <= frameKind.goodbye &&
      (middle & ~0x1ff) === 0 &&
      (this.headerLength > 0 || this.kind === frameKind.alive) &&
      (this.hasPayload ? isMessage : this.payloadLength === 0) &&
      this.headerLength <= maxHeaderBytes &&
      this.payloadLength <= limits.maxPayloadBytes;
    if (isInOrder) return;
    const [code, what] = this.#complaint(start, middle, maxHeaderBytes, limits.maxPayloadBytes);
    throw new IPCChannelError(code, `${what}, in the frame at byte ${position}`);
  }

  /**
   * Checks magic and version of an incomplete prefix once its first four bytes have arrived: the greeting of another
   * protocol or version may never reach 16 bytes. `length` is the number of bytes so far. Throws as {@link read} does.
   */
  checkStart(bytes: Uint8Array, length: number, position: number): void {
    if (length < 4) return;
    const start = readUint32(bytes, 0);
    if (start === magicAndVersion) return;
    const [code, what] = foreign(start);
    throw new IPCChannelError(code, `${what}, in the frame at byte ${position}`);
  }

  #complaint(
    start: number,
    middle: number,
    maxHeader: number,
    maxPayload: number,
  ): [IPCChannelErrorCode, string] {
    if (start !== magicAndVersion) return foreign(start);
    if (this.kind > frameKind.goodbye) return ["ERR_IPC_CORRUPT_MESSAGE", `unknown kind ${this.kind}`];
    if ((middle & ~0x1ff) !== 0)
      return ["ERR_IPC_CORRUPT_MESSAGE", "unknown flags, or reserved bytes that are not 0"];
    if (this.hasPayload && this.kind !== frameKind.message) {
      return ["ERR_IPC_CORRUPT_MESSAGE", `kind ${this.kind} with a payload`];
    }
    if (!this.hasPayload && this.payloadLength > 0) {
      return ["ERR_IPC_CORRUPT_MESSAGE", "a payload length without the payload flag"];
    }
    if (this.headerLength > maxHeader) {
      return ["ERR_IPC_MESSAGE_TOO_LARGE", `a header of ${this.headerLength} bytes, over ${maxHeader}`];
    }
    if (this.payloadLength > maxPayload) {
      return ["ERR_IPC_MESSAGE_TOO_LARGE", `a payload of ${this.payloadLength} bytes, over ${maxPayload}`];
    }
    return ["ERR_IPC_CORRUPT_MESSAGE", "no header"];
  }
}

function foreign(start: number): [IPCChannelErrorCode, string] {
  return (start & 0xff_ffff) === magic
    ? ["ERR_IPC_VERSION", `the peer speaks version ${start >>> 24}, we speak ${wireVersion}`]
    : ["ERR_IPC_CORRUPT_MESSAGE", `not a frame of this protocol (it begins with ${hex(start)})`];
}

// By hand, since this runs for every frame: a Buffer's own methods check their arguments each time.
function readUint32(bytes: Uint8Array, offset: number): number {
  const low = at(bytes, offset) | (at(bytes, offset + 1) << 8);
  const high = at(bytes, offset + 2) | (at(bytes, offset + 3) << 8);
  return (low | (high << 16)) >>> 0;
}

function at(bytes: Uint8Array, offset: number): number {
  return bytes[offset] as number;
}

function writeUint32(target: Uint8Array, offset: number, value: number): void {
  target[offset] = value;
  target[offset + 1] = value >>> 8;
  target[offset + 2] = value >>> 16;
  target[offset + 3] = value >>> 24;
}

function hex(start: number): string {
  return Buffer.from([start, start >>> 8, start >>> 16, start >>> 24]).toString("hex");
}
