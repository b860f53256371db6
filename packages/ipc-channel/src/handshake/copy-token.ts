import { isUint8Array } from "node:util/types";

/** The shortest token, in bytes. */
const minTokenBytes = 16;

/**
 * Copies a token's bytes. A string is encoded as UTF-8. Throws a RangeError for a token that is too short or cannot be copied
 * byte for byte, because an empty or truncated key would admit any peer.
 */
export function copyToken(token: unknown): Uint8Array {
  const bytes = bytesOf(token);
  if (bytes.length >= minTokenBytes) return bytes;
  throw new RangeError(`token must be at least ${minTokenBytes} bytes long, got ${bytes.length}`);
}

function bytesOf(token: unknown): Uint8Array {
  // This constructor copies the view's memory and ignores an iterator of a subclass.
  if (isUint8Array(token)) return new Uint8Array(token);
  if (typeof token !== "string")
    throw new RangeError(
      `token must be a string, a Uint8Array or a Buffer, got a value of type ${typeof token}`,
    );
  const bytes = new TextEncoder().encode(token);
  if (Buffer.from(bytes.buffer, 0, bytes.length).toString("utf8") !== token) {
    throw new RangeError("token must be well-formed text, got a lone surrogate, which has no UTF-8 encoding");
  }
  return bytes;
}
