import { IPCChannelError, type IPCChannelErrorCode } from "../errors/ipc-channel-error.ts";
import {
  type FrameLimits,
  frameKind,
  magicAndVersion,
  maxControlHeaderBytes,
  maxReferenceBytes,
  payloadFlags,
  wireVersion,
} from "./frame.ts";

/** The limits on any frame other than a message. */
export const controlLimits: FrameLimits = { maxHeaderBytes: maxControlHeaderBytes, maxPayloadBytes: 0 };

/**
 * Returns the error for the first fault of an invalid prefix, in the order of PROTOCOL.md. `position` is the frame's offset in the
 * stream. `hasCarrier` is whether both sides agreed that payloads may travel outside the stream.
 */
export function prefixError(
  prefix: Buffer,
  limits: FrameLimits,
  position: number,
  hasCarrier = false,
): IPCChannelError {
  const fault = (code: IPCChannelErrorCode, what: string) =>
    new IPCChannelError(code, `${what}, in the frame at byte ${position}`);
  const corrupt = "ERR_IPC_CORRUPT_MESSAGE";
  const tooLarge = "ERR_IPC_MESSAGE_TOO_LARGE";
  const start = prefix.readUInt32LE(0);
  const version = start >>> 24;
  if ((start ^ magicAndVersion) & 0xff_ffff) {
    return fault(corrupt, `not a frame of this protocol (it begins with ${prefix.toString("hex", 0, 4)})`);
  }
  if (version !== wireVersion) {
    return fault("ERR_IPC_VERSION", `the peer uses version ${version}, this side uses ${wireVersion}`);
  }
  const kind = prefix.readUInt8(4);
  const flags = prefix.readUInt8(5);
  const headerLength = prefix.readUInt32LE(8);
  const payloadLength = prefix.readUInt32LE(12);
  const { maxHeaderBytes, maxPayloadBytes } = limits;
  const isReference = hasCarrier && flags === payloadFlags.reference;
  if (kind > (hasCarrier ? frameKind.carrier : frameKind.goodbye))
    return fault(corrupt, `unknown kind ${kind}`);
  if ((flags > payloadFlags.inline && !isReference) || prefix.readUInt16LE(6) !== 0) {
    return fault(corrupt, "unknown flags, or reserved bytes that are not 0");
  }
  if (flags !== 0 && kind !== frameKind.message)
    return fault(corrupt, `a frame of kind ${kind} must not have a payload`);
  if (flags === 0 && payloadLength > 0)
    return fault(corrupt, "a payload length above 0 without the payload flag");
  if (headerLength > maxHeaderBytes) {
    return fault(tooLarge, `a header of ${headerLength} bytes is over the limit of ${maxHeaderBytes}`);
  }
  if (isReference && (payloadLength === 0 || payloadLength > maxReferenceBytes)) {
    return fault(corrupt, `a reference must have 1 to ${maxReferenceBytes} bytes, got ${payloadLength}`);
  }
  if (payloadLength > maxPayloadBytes && !isReference) {
    return fault(tooLarge, `a payload of ${payloadLength} bytes is over the limit of ${maxPayloadBytes}`);
  }
  return fault(corrupt, `a frame of kind ${kind} must have a header`);
}

/**
 * Checks magic and version of an incomplete prefix as soon as its first four bytes have arrived, because a peer of another
 * protocol or version may never send 16 bytes. Throws {@link prefixError}.
 */
export function checkStart(prefix: Buffer, position: number): void {
  if (prefix.length < 4 || prefix.readUInt32LE(0) === magicAndVersion) return;
  throw prefixError(prefix, controlLimits, position);
}
