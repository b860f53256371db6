import { createRequire } from "node:module";
import type koffiModule from "koffi";
import type { NativeCalls } from "./native-calls.ts";

/** Calls the C library through the package koffi. Throws what the import of koffi throws. */
export function koffiCalls(): NativeCalls {
  const koffi = createRequire(import.meta.url)("koffi") as typeof koffiModule;
  const library = koffi.load(null);
  const fcntl = library.func("int fcntl(int fd, int command, ...)");
  return {
    name: "koffi",
    memfdCreate: library.func("int memfd_create(const char *name, unsigned int flags)"),
    fallocate: library.func("int fallocate(int fd, int mode, int64_t offset, int64_t length)"),
    fcntl: (fd, command, argument) => fcntl(fd, command, "int", argument),
    mmap: library.func(
      "void *mmap(void *address, size_t length, int prot, int flags, int fd, int64_t offset)",
    ),
    munmap: library.func("int munmap(void *address, size_t length)"),
    close: library.func("int close(int fd)"),
    errno: () => koffi.errno(),
    // Node marks the ArrayBuffer of a native addon as not transferable to workers. The one that transfer() returns is not.
    view: (address, length) => koffi.view(address, length).transfer(),
  };
}
