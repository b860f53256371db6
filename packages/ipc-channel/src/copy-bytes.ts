/** Up to this many bytes, a loop is faster than `set`, which needs a view of the source. */
const loopBytes = 128;

/** Copies `length` bytes from `source` at `offset` to `target` at `targetOffset`. */
export function copyBytes(
  source: Uint8Array,
  offset: number,
  target: Uint8Array,
  targetOffset: number,
  length: number,
): void {
  if (length > loopBytes) target.set(source.subarray(offset, offset + length), targetOffset);
  else for (let i = 0; i < length; i++) target[targetOffset + i] = source[offset + i] as number;
}
