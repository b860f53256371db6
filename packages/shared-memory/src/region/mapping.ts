import type { LibC } from "../libc/lib-c.ts";

/** The bytes of a page. References count in pages of this size, whatever the page size of the machine. */
export const pageBytes = 4096;

/** A file in memory that is mapped into this process. */
export class Mapping {
  readonly #libc: LibC;
  readonly #address: bigint;
  /** The size in bytes. */
  readonly bytes: number;

  private constructor(libc: LibC, address: bigint, bytes: number) {
    this.#libc = libc;
    this.#address = address;
    this.bytes = bytes;
  }

  /** Maps the first `bytes` of the file. The descriptor may be closed afterwards. Throws if the file cannot be mapped. */
  static of(libc: LibC, fd: number, bytes: number): Mapping {
    return new Mapping(libc, libc.mmap(fd, bytes), bytes);
  }

  /** Returns a new ArrayBuffer over a part of the mapping. It must not be used after {@link unmap}. */
  view(offset: number, length: number): ArrayBuffer {
    return this.#libc.view(this.#address + BigInt(offset), length);
  }

  /** Removes the mapping. Nothing may use its views any more. */
  unmap(): void {
    this.#libc.munmap(this.#address, this.bytes);
  }

  /** Gives back the memory like {@link unmap}, but keeps the addresses valid: a view that is still in use reads zeros. */
  replaceByZeros(): void {
    this.#libc.replaceByZeros(this.#address, this.bytes);
  }
}
