import { closeSync, constants, fstatSync, openSync, readlinkSync } from "node:fs";
import type { LibC } from "../libc/lib-c.ts";
import { sizeSeals } from "./make-file.ts";
import { Mapping } from "./mapping.ts";
import { nonceBytes, type RegionAnnouncement } from "./region-announcement.ts";

/** Names a file without opening it: no effect on a pipe or device, no wait, no access to the content. */
const O_PATH = 0o10000000;

/**
 * Maps the region of a peer. Throws an Error that says why, if the file is not exactly what the peer has announced. The
 * process id may belong to another process in another PID namespace, so nothing is taken for granted.
 */
export function openRegion(libc: LibC, announcement: RegionAnnouncement): Mapping {
  const { pid, fd, bytes, nonce } = announcement;
  return withFile(`/proc/${pid}/fd/${fd}`, O_PATH, (path) => {
    const self = `/proc/self/fd/${path}`;
    if (!readlinkSync(self).startsWith("/memfd:")) throw new Error("the region is not a file in memory");
    checkFile(path, announcement);
    return withFile(self, constants.O_RDWR | constants.O_NONBLOCK, (file) => {
      if ((libc.getSeals(file) & sizeSeals) !== sizeSeals) throw new Error("the region is not sealed");
      // The size is final only now.
      checkFile(file, announcement);
      const mapping = Mapping.of(libc, file, bytes);
      try {
        const found = new Uint8Array(mapping.view(0, nonceBytes));
        if (Buffer.compare(found, nonce) !== 0) throw new Error("the region has another nonce");
        return mapping;
      } catch (error) {
        mapping.unmap();
        throw error;
      }
    });
  });
}

function checkFile(fd: number, { device, inode, bytes }: RegionAnnouncement): void {
  const stat = fstatSync(fd, { bigint: true });
  if (!stat.isFile()) throw new Error("the region is not a regular file");
  if (stat.dev !== device || stat.ino !== inode) throw new Error("the region is another file than announced");
  if (stat.size !== BigInt(bytes)) throw new Error("the region has another size than announced");
  if (stat.blocks * 512n < stat.size) throw new Error("the memory of the region is not reserved");
}

function withFile<T>(path: string, flags: number, use: (fd: number) => T): T {
  const fd = openSync(path, flags);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}
