import { pageBytes } from "../region/mapping.ts";
import { nonceBytes, type RegionAnnouncement } from "../region/region-announcement.ts";
import { corrupt } from "./corrupt.ts";

/** What two routes tell each other. */
export type ControlHeader =
  /** The sender has made a region. */
  | ({ readonly type: "region" } & RegionAnnouncement)
  /** The receiver has mapped the region. References may follow. */
  | { readonly type: "accepted"; readonly region: number }
  /** The receiver cannot map the region. All payloads of this direction travel in the stream. */
  | { readonly type: "refused"; readonly region: number; readonly reason: string }
  /** The receiver's consumer is done with these payloads. */
  | { readonly type: "release"; readonly leases: readonly number[] };

/** The most leases that one header releases. With them it has at most 1,024 bytes. */
export const mostReleased = 128;

const maxUInt32 = 0xffff_ffff;
const maxInt32 = 0x7fff_ffff;
const maxUInt64 = 0xffff_ffff_ffff_ffffn;

/** Longer reasons are cut to this number of UTF-16 code units. In UTF-8 they have at most three bytes each. */
const maxReasonLength = 240;

/** Checks a header from the peer. Throws ERR_IPC_CORRUPT_MESSAGE if it is invalid. */
export function readControlHeader(header: unknown): ControlHeader {
  if (typeof header !== "object" || header === null) throw corrupt("a header must be a map");
  const map = header as Readonly<Record<string, unknown>>;
  const { type } = map;
  switch (type) {
    case "region":
      return readRegion(map);
    case "accepted":
      return { type, region: integer(map, "region", 0, maxUInt32) };
    case "refused":
      return { type, region: integer(map, "region", 0, maxUInt32), reason: readReason(map) };
    case "release":
      return { type, leases: readLeases(map) };
    default:
      throw corrupt("a header has an unknown type");
  }
}

/** Returns the header with which a receiver refuses a region. */
export function refusal(region: number, reason: string): ControlHeader {
  return { type: "refused", region, reason: shorten(reason) };
}

function readRegion(map: Readonly<Record<string, unknown>>): ControlHeader {
  const bytes = integer(map, "bytes", 2 * pageBytes, Number.MAX_SAFE_INTEGER);
  if (bytes % pageBytes !== 0) throw corrupt("bytes must be a multiple of a page");
  const { nonce } = map;
  if (!(nonce instanceof Uint8Array) || nonce.length !== nonceBytes) {
    throw corrupt(`nonce must have ${nonceBytes} bytes`);
  }
  return {
    type: "region",
    region: integer(map, "region", 0, maxUInt32),
    pid: integer(map, "pid", 1, maxInt32),
    fd: integer(map, "fd", 0, maxInt32),
    device: bigInteger(map, "device"),
    inode: bigInteger(map, "inode"),
    bytes,
    // The header may be a view of memory that the channel reuses.
    nonce: nonce.slice(),
  };
}

function readReason(map: Readonly<Record<string, unknown>>): string {
  const { reason } = map;
  if (typeof reason !== "string") throw corrupt("reason must be a string");
  return shorten(reason);
}

/** Cuts a reason, and removes line breaks and other control characters. */
function shorten(reason: string): string {
  return reason
    .slice(0, maxReasonLength)
    .toWellFormed()
    .replace(/\p{Cc}+/gu, " ");
}

function readLeases(map: Readonly<Record<string, unknown>>): readonly number[] {
  const { leases } = map;
  if (!Array.isArray(leases)) throw corrupt("leases must be an array");
  for (const lease of leases) {
    if (!Number.isInteger(lease) || lease < 0 || lease > maxUInt32)
      throw corrupt("leases must have lease numbers");
  }
  return leases;
}

function integer(map: Readonly<Record<string, unknown>>, key: string, least: number, most: number): number {
  const value = map[key];
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw corrupt(`${key} must be an integer from ${least} to ${most}`);
}

/** Reads an integer of 64 bits, which arrives as a bigint if it is above 2^53. */
function bigInteger(map: Readonly<Record<string, unknown>>, key: string): bigint {
  const value = map[key];
  if (typeof value === "bigint" && value >= 0n && value <= maxUInt64) return value;
  return BigInt(integer(map, key, 0, Number.MAX_SAFE_INTEGER));
}
