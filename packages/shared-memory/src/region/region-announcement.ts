/** What a peer needs to find and check a region. */
export interface RegionAnnouncement {
  /** The number of the region on its connection. */
  readonly region: number;
  /** The process that has the region open, and its descriptor there. */
  readonly pid: number;
  readonly fd: number;
  /** The device and inode number of the file. */
  readonly device: bigint;
  readonly inode: bigint;
  /** The size of the region in bytes, a multiple of a page. */
  readonly bytes: number;
  /** The first 16 bytes of the region. */
  readonly nonce: Uint8Array;
}

/** The length of the nonce in bytes. */
export const nonceBytes = 16;
