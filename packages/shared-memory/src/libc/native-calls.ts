/**
 * The calls of the C library that this package needs, as C defines them: a failed call returns -1, and `errno` says why.
 * Only {@link LibC} uses them.
 */
export interface NativeCalls {
  /** What calls the C library. */
  readonly name: "node:ffi" | "koffi";
  memfdCreate(name: string, flags: number): number;
  fallocate(fd: number, mode: number, offset: bigint, length: bigint): number;
  fcntl(fd: number, command: number, argument: number): number;
  /** Returns -1 as a signed or unsigned 64-bit integer if it fails. */
  mmap(
    address: bigint,
    length: bigint,
    protection: number,
    flags: number,
    fd: number,
    offset: bigint,
  ): bigint | number;
  munmap(address: bigint, length: bigint): number;
  close(fd: number): number;
  /** The error number of the last failed call. */
  errno(): number;
  /** Returns an ArrayBuffer over native memory. It neither owns nor copies the memory. */
  view(address: bigint, length: number): ArrayBuffer;
}
