import type { RegionAnnouncement } from "../../src/region/region-announcement.ts";

/** Returns the announcement as a line of JSON. */
export function printAnnouncement(announcement: RegionAnnouncement): string {
  return JSON.stringify({
    ...announcement,
    device: `${announcement.device}`,
    inode: `${announcement.inode}`,
    nonce: [...announcement.nonce],
  });
}

/** Parses a line that {@link printAnnouncement} returned. */
export function parseAnnouncement(line: string): RegionAnnouncement {
  const { device, inode, nonce, ...others } = JSON.parse(line);
  return { ...others, device: BigInt(device), inode: BigInt(inode), nonce: Uint8Array.from(nonce) };
}
