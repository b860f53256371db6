/** Up to this many bytes, a loop is faster than a call that makes a view of the source first. */
const loopBytes = 128;

/** Copies `length` bytes of `source` from `offset` on to `target` from `targetOffset` on. */
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
