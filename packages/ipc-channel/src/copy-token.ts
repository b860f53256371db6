import { isUint8Array } from "node:util/types";

const minTokenBytes = 16;

/**
 * A token's bytes, in memory of our own: UTF-8 for a string. Throws a RangeError for a token that is too short, or that
 * cannot be taken byte for byte: an empty or cut key would let strangers in.
 */
export function copyToken(token: unknown): Uint8Array {
  const bytes = bytesOf(token);
  if (bytes.length >= minTokenBytes) return bytes;
  throw new RangeError(`token must be at least ${minTokenBytes} bytes long`);
}

function bytesOf(token: unknown): Uint8Array {
  // By the view's own length and memory, whatever a subclass makes of its iterator.
  if (isUint8Array(token)) return new Uint8Array(token);
  if (typeof token !== "string") throw new RangeError("token must be a string, a Uint8Array or a Buffer");
  const bytes = new TextEncoder().encode(token);
  if (Buffer.from(bytes.buffer, 0, bytes.length).toString("utf8") !== token) {
    throw new RangeError("token must be well-formed text: half of a surrogate pair has no UTF-8 bytes");
  }
  return bytes;
}
