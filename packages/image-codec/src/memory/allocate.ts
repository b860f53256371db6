import { isArrayBuffer, isUint8Array } from "node:util/types";
import { ImageCodecError } from "../checks/image-codec-error.ts";

/**
 * Returns memory for pixels: a `Uint8Array` over a whole ArrayBuffer of exactly `byteLength` bytes, with arbitrary
 * content.
 */
export type Allocate = (byteLength: number) => Uint8Array;

/**
 * Wraps a caller's `allocate`. If it throws, or returns memory of another kind or length, the wrapper throws
 * `ERR_IMAGE_INVALID_OPTIONS`. Returns `undefined` if there is no `allocate`.
 */
export function checkedAllocate(allocate: Allocate | undefined): Allocate | undefined {
  if (!allocate) return undefined;
  return (byteLength) => {
    const memory = callAllocate(allocate, byteLength);
    if (isUint8Array(memory) && isWhole(memory) && memory.byteLength === byteLength) return memory;
    throw invalidMemory(byteLength);
  };
}

/** Wraps `allocate` so that it is called at most once. Later calls return the same memory. */
export function allocateOnce(allocate: Allocate): Allocate {
  let memory: Uint8Array | undefined;
  return (byteLength) => {
    memory ??= allocate(byteLength);
    return memory;
  };
}

/** Allocates an ArrayBuffer with arbitrary content; the caller writes every byte. */
export function allocateExactBytes(length: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}

/**
 * Returns bytes that fill their ArrayBuffer, copying them only if necessary. Native libraries often ignore `byteOffset`,
 * and a view keeps its whole ArrayBuffer alive.
 */
export function exactBytes(bytes: Uint8Array): Uint8Array {
  return isWhole(bytes) ? new Uint8Array(bytes.buffer) : new Uint8Array(bytes);
}

function callAllocate(allocate: Allocate, byteLength: number): unknown {
  try {
    return allocate(byteLength);
  } catch (cause) {
    throw invalidMemory(byteLength, { cause });
  }
}

function isWhole({ buffer, byteLength }: Uint8Array): boolean {
  return isArrayBuffer(buffer) && buffer.byteLength === byteLength;
}

function invalidMemory(byteLength: number, options?: ErrorOptions): ImageCodecError {
  return new ImageCodecError(
    "ERR_IMAGE_INVALID_OPTIONS",
    `allocate: must return a Uint8Array over a whole ArrayBuffer of ${byteLength} bytes`,
    options,
  );
}
