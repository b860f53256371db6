import type { NativeCalls } from "./native-calls.ts";

/** The part of `node:ffi` that is used here. @types/node 20 does not have it. */
interface NodeFFI {
  readonly DynamicLibrary: new (
    path: string | null,
  ) => {
    getFunction(
      name: string,
      signature: { return: string; arguments: readonly string[] },
    ): (...args: unknown[]) => unknown;
  };
  getInt32(address: bigint, offset: number): number;
  toArrayBuffer(address: bigint, length: number, copy: boolean): ArrayBuffer;
}

/**
 * Calls the C library through `node:ffi`. Returns `undefined` if the runtime does not have it, or not without a flag. Node
 * prints its ExperimentalWarning.
 */
export function nodeFFICalls(): NativeCalls | undefined {
  // Node 26.1 to 26.9 have it behind a flag, with an interface that still changed.
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 26 || (major === 26 && minor < 10)) return undefined;
  const ffi = process.getBuiltinModule("node:ffi") as NodeFFI | undefined;
  if (ffi === undefined) return undefined;
  const library = new ffi.DynamicLibrary(null);
  const call = <F>(name: string, result: string, ...parameters: string[]) =>
    library.getFunction(name, { return: result, arguments: parameters }) as F;
  const errnoLocation = call<() => bigint>("__errno_location", "pointer");
  return {
    name: "node:ffi",
    memfdCreate: call("memfd_create", "int32", "string", "uint32"),
    fallocate: call("fallocate", "int32", "int32", "int32", "int64", "int64"),
    // fcntl is variadic in C. On the architectures that findLibC() accepts, its third argument is passed like a fixed one.
    fcntl: call("fcntl", "int32", "int32", "int32", "int32"),
    mmap: call("mmap", "pointer", "pointer", "uint64", "int32", "int32", "int32", "int64"),
    munmap: call("munmap", "int32", "pointer", "uint64"),
    close: call("close", "int32", "int32"),
    // errno belongs to the thread, so its address is not kept.
    errno: () => ffi.getInt32(errnoLocation(), 0),
    view: (address, length) => ffi.toArrayBuffer(address, length, false),
  };
}
