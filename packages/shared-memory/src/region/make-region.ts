import { randomFillSync } from "node:crypto";
import { fstatSync } from "node:fs";
import type { LibC } from "../libc/lib-c.ts";
import { makeFile } from "./make-file.ts";
import { Mapping } from "./mapping.ts";
import { nonceBytes, type RegionAnnouncement } from "./region-announcement.ts";
import { roomObstacle } from "./room.ts";

/** A region that this process has made. */
export interface Region {
  readonly mapping: Mapping;
  /** The whole region, for copies into it. Not to be used after the mapping was removed. */
  readonly memory: Uint8Array;
  readonly announcement: RegionAnnouncement;
  /** Closes the descriptor. Peers can open the region until then. Further calls have no effect. */
  closeFile(): void;
}

/** Makes a region of `bytes`, a multiple of a page. Throws with the reason if there is no room for it. */
export function makeRegion(libc: LibC, region: number, bytes: number): Region {
  const obstacle = roomObstacle(bytes);
  if (obstacle !== undefined) throw new Error(obstacle);
  const fd = makeFile(libc, bytes);
  let mapping: Mapping | undefined;
  try {
    mapping = Mapping.of(libc, fd, bytes);
    const memory = new Uint8Array(mapping.view(0, bytes));
    const nonce = randomFillSync(new Uint8Array(nonceBytes));
    memory.set(nonce);
    const { dev, ino } = fstatSync(fd, { bigint: true });
    let isOpen = true;
    const closeFile = () => {
      if (isOpen) libc.close(fd);
      isOpen = false;
    };
    const announcement = { region, pid: process.pid, fd, device: dev, inode: ino, bytes, nonce };
    return { mapping, memory, announcement, closeFile };
  } catch (error) {
    mapping?.unmap();
    libc.close(fd);
    throw error;
  }
}
