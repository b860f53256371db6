/**
 * The same bytes at offset 0 of an ArrayBuffer exactly as long as they are, copied only if they are not there yet.
 * Native libraries that a picture goes on to often ignore `byteOffset`, and a view keeps the whole buffer alive.
 */
export function exactBytes(bytes: Uint8Array): Uint8Array {
  const isExact = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  return isExact ? new Uint8Array(bytes.buffer) : new Uint8Array(bytes);
}

/** Bytes of arbitrary content in an ArrayBuffer of their own, for a caller who writes every one of them. */
export function allocateExactBytes(length: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}
