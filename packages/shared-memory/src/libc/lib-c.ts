import { constants } from "node:os";
import type { NativeCalls } from "./native-calls.ts";

// Constants of Linux, the same on all architectures that findLibC() accepts.
const F_ADD_SEALS = 1033;
const F_GET_SEALS = 1034;
const PROT_READ_WRITE = 1 | 2;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
const MAP_FIXED = 0x10;
const MAP_ANONYMOUS = 0x20;
const MAP_NORESERVE = 0x4000;

const errnoNames = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));

/**
 * The part of the C library that shared memory needs. Every method throws an Error whose `code` is the name of the errno,
 * such as `"ENOMEM"`. Addresses are bigints; sizes are numbers of bytes.
 */
export class LibC {
  readonly #native: NativeCalls;

  constructor(native: NativeCalls) {
    this.#native = native;
  }

  /** What calls the C library. */
  get name(): "node:ffi" | "koffi" {
    return this.#native.name;
  }

  /** Creates an empty file in memory and returns its descriptor, which the caller closes with {@link close}. */
  memfdCreate(name: string, flags: number): number {
    return this.#check("memfd_create", this.#native.memfdCreate(name, flags));
  }

  /** Grows a file to `bytes` and reserves all its memory. */
  fallocate(fd: number, bytes: number): void {
    this.#check("fallocate", this.#native.fallocate(fd, 0, 0n, BigInt(bytes)));
  }

  /** Adds seals (`F_SEAL_*`) to a file. */
  addSeals(fd: number, seals: number): void {
    this.#check("F_ADD_SEALS", this.#native.fcntl(fd, F_ADD_SEALS, seals));
  }

  /** Returns the seals (`F_SEAL_*`) of a file. Fails with EINVAL if the file is of a kind that has none. */
  getSeals(fd: number): number {
    return this.#check("F_GET_SEALS", this.#native.fcntl(fd, F_GET_SEALS, 0));
  }

  /**
   * Maps the first `bytes` of a file, shared, for reading and writing. Returns the address. Each page is mapped at its first
   * use: MAP_POPULATE needs as long for each page, for all of them at once, and also for those that are never used.
   */
  mmap(fd: number, bytes: number): bigint {
    return this.#map(0n, bytes, MAP_SHARED, fd);
  }

  /** Replaces a mapping with zeros that take no memory. The addresses stay valid for reading and writing. */
  replaceByZeros(address: bigint, bytes: number): void {
    this.#map(address, bytes, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1);
  }

  /** Removes a mapping. An access to it afterwards ends the process. */
  munmap(address: bigint, bytes: number): void {
    this.#check("munmap", this.#native.munmap(address, BigInt(bytes)));
  }

  /** Closes a descriptor that {@link memfdCreate} returned. */
  close(fd: number): void {
    this.#check("close", this.#native.close(fd));
  }

  /** Returns an ArrayBuffer over mapped memory. The mapping must outlive every use of the ArrayBuffer. */
  view(address: bigint, length: number): ArrayBuffer {
    return this.#native.view(address, length);
  }

  #map(address: bigint, bytes: number, flags: number, fd: number): bigint {
    const mapped = this.#native.mmap(address, BigInt(bytes), PROT_READ_WRITE, flags, fd, 0n);
    const signed = BigInt.asIntN(64, BigInt(mapped));
    this.#check("mmap", signed === -1n ? -1 : 0);
    return BigInt.asUintN(64, signed);
  }

  #check(call: string, result: number): number {
    if (result !== -1) return result;
    const errno = this.#native.errno();
    const code = errnoNames.get(errno) ?? `errno ${errno}`;
    throw Object.assign(new Error(`${call} failed with ${code}`), { code });
  }
}
