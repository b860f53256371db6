import { isUint8Array } from "node:util/types";

const minTokenBytes = 16;

/**
 * Copies a token's bytes; a string is encoded as UTF-8. Throws a RangeError for a token that is too short or cannot be
 * copied byte for byte: an empty or truncated key would admit any peer.
 */
export function copyToken(token: unknown): Uint8Array {
  const bytes = bytesOf(token);
  if (bytes.length >= minTokenBytes) return bytes;
  throw new RangeError(`token must be at least ${minTokenBytes} bytes long`);
}

function bytesOf(token: unknown): Uint8Array {
  // This constructor copies by the view's length and memory and ignores a subclass's iterator.
  if (isUint8Array(token)) return new Uint8Array(token);
  if (typeof token !== "string") throw new RangeError("token must be a string, a Uint8Array or a Buffer");
  const bytes = new TextEncoder().encode(token);
  if (Buffer.from(bytes.buffer, 0, bytes.length).toString("utf8") !== token) {
    throw new RangeError("token must be well-formed text: a lone surrogate has no UTF-8 encoding");
  }
  return bytes;
}
