import type { LibC } from "../libc/lib-c.ts";

const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;
const MFD_NOEXEC_SEAL = 8;

/** `F_SEAL_SEAL`, `F_SEAL_SHRINK` and `F_SEAL_GROW`: the size of the file never changes, and no seal is ever added. */
export const sizeSeals: number = 1 | 2 | 4;

/**
 * Creates an unnamed file in memory whose memory is reserved and whose size is final. Returns its descriptor; the caller
 * closes it. Throws if there is no memory.
 */
export function makeFile(libc: LibC, bytes: number): number {
  const fd = create(libc);
  try {
    // ftruncate() would make a sparse file, and a lack of memory would end the process at the first access.
    libc.fallocate(fd, bytes);
    libc.addSeals(fd, sizeSeals);
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}

function create(libc: LibC): number {
  const flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  try {
    return libc.memfdCreate("broadcast-ipc", flags | MFD_NOEXEC_SEAL);
  } catch {
    // Linux before 6.3 does not know MFD_NOEXEC_SEAL.
    return libc.memfdCreate("broadcast-ipc", flags);
  }
}
