import { isArrayBuffer, isUint8Array } from "node:util/types";
import { ImageCodecError } from "../checks/image-codec-error.ts";

/** Gives the memory that pixels are written to, all of it: an ArrayBuffer of its own, exactly as long, of any content. */
export type Allocate = (byteLength: number) => Uint8Array;

/** The same, but whatever else it gives, or throws, becomes `ERR_IMAGE_INVALID_OPTIONS`. */
export function checkedAllocate(allocate: Allocate): Allocate {
  return (byteLength) => {
    const memory = called(allocate, byteLength);
    if (isUint8Array(memory) && isWhole(memory) && memory.byteLength === byteLength) return memory;
    throw invalid(byteLength);
  };
}

/** Calls it at most once, and gives the same memory again. For work that may have to be done twice. */
export function allocateOnce(allocate: Allocate): Allocate {
  let memory: Uint8Array | undefined;
  return (byteLength) => {
    memory ??= allocate(byteLength);
    return memory;
  };
}

function called(allocate: Allocate, byteLength: number): unknown {
  try {
    return allocate(byteLength);
  } catch (cause) {
    throw invalid(byteLength, { cause });
  }
}

function isWhole({ buffer, byteLength }: Uint8Array): boolean {
  return isArrayBuffer(buffer) && buffer.byteLength === byteLength;
}

function invalid(byteLength: number, options?: ErrorOptions): ImageCodecError {
  return new ImageCodecError(
    "ERR_IMAGE_INVALID_OPTIONS",
    `allocate: It gave no ArrayBuffer of ${byteLength} bytes`,
    options,
  );
}

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
