import type { PayloadCarrier } from "@broadcast-ipc/ipc-channel";
import { findLibC } from "./libc/find-lib-c.ts";
import { roomObstacle } from "./region/room.ts";
import { SharedMemoryCarrier } from "./shared-memory-carrier.ts";
import { type SharedMemoryOptions, sharedMemorySettings } from "./shared-memory-options.ts";
import { warnOnce } from "./warn-once.ts";

/**
 * Returns the value for the option `payloads` of a channel. If both sides set it, large payloads travel in shared memory.
 *
 * If this process cannot use shared memory, `unavailable` of the result says why, a warning is printed once, and all payloads
 * travel in the socket. Throws a RangeError for an invalid option.
 *
 * @example
 * const channel = await IPCChannel.connect(path, { payloads: sharedMemory() });
 */
export function sharedMemory(options?: SharedMemoryOptions): PayloadCarrier {
  const settings = sharedMemorySettings(options);
  const found = findLibC();
  const carrier = new SharedMemoryCarrier(found, settings, roomObstacle(settings.bytes));
  if (carrier.unavailable !== undefined) warnOnce(carrier.unavailable);
  return carrier;
}
