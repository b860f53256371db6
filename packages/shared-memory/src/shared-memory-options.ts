import { checkOptionNames } from "@broadcast-ipc/ipc-channel";
import { pageBytes } from "./region/mapping.ts";

/** Options of `sharedMemory()`. */
export interface SharedMemoryOptions {
  /**
   * Size of the region that this side makes for the payloads it sends on one connection, in bytes. It is made at the first
   * payload of at least `minPayloadBytes`. Default: 64 MiB. Use at least three times the largest payload.
   */
  readonly bytes?: number;
  /** The most payloads that are in the region at once. Default: 16. */
  readonly slots?: number;
  /** The smallest payload that is sent through shared memory, in bytes. Default: 64 KiB. */
  readonly minPayloadBytes?: number;
  /**
   * Whether received payloads are private copies. Default: `false`: they are views of memory that the sender can change at
   * any time.
   */
  readonly copy?: boolean;
}

/** {@link SharedMemoryOptions}, checked, with `bytes` rounded up to pages. */
export type SharedMemorySettings = Required<SharedMemoryOptions>;

const optionNames: Record<keyof SharedMemoryOptions, true> = {
  bytes: true,
  slots: true,
  minPayloadBytes: true,
  copy: true,
};

/** Checks and copies the options. Throws a RangeError that names the first invalid option. */
export function sharedMemorySettings(options: SharedMemoryOptions = {}): SharedMemorySettings {
  checkOptionNames(options, optionNames);
  const { bytes = 64 * 1024 * 1024, slots = 16, minPayloadBytes = 64 * 1024, copy = false } = options;
  // Page 0 of a region has no payload.
  checkInteger("bytes", bytes, 2 * pageBytes, 2 ** 52);
  checkInteger("slots", slots, 1, 65_536);
  checkInteger("minPayloadBytes", minPayloadBytes, 1, Number.MAX_SAFE_INTEGER);
  if (typeof copy !== "boolean") throw new RangeError(`copy must be a boolean, got ${describe(copy)}`);
  return { bytes: Math.ceil(bytes / pageBytes) * pageBytes, slots, minPayloadBytes, copy };
}

function checkInteger(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${name} must be an integer from ${least} to ${most}, got ${describe(value)}`);
}

function describe(value: unknown): string {
  return typeof value === "number" || typeof value === "string" ? String(value) : typeof value;
}
