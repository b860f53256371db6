import { makeFile } from "../region/make-file.ts";
import type { LibC } from "./lib-c.ts";

const bytes = 4096;

/**
 * Tests on one page that memory can be created and mapped, and that views of it share it and can be detached. Throws
 * otherwise. Electron forbids views of native memory, for example.
 */
export function testViews(libc: LibC): void {
  const fd = makeFile(libc, bytes);
  try {
    const address = libc.mmap(fd, bytes);
    try {
      const first = libc.view(address, bytes);
      const second = libc.view(address, bytes);
      new Uint8Array(first)[1] = 42;
      const moved = first.transfer();
      const isShared = new Uint8Array(second)[1] === 42 && new Uint8Array(moved)[1] === 42;
      if (!isShared) throw new Error("this runtime copies native memory instead of sharing it");
      if (!first.detached) throw new Error("this runtime cannot detach a view of native memory");
      second.transfer();
      moved.transfer();
    } finally {
      libc.munmap(address, bytes);
    }
  } finally {
    libc.close(fd);
  }
}
