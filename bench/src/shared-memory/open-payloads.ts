import type { PayloadCarrier } from "@broadcast-ipc/ipc-channel";
import { sharedMemory } from "@broadcast-ipc/shared-memory";
import type { FrameParameters } from "./frame-parameters.ts";

const pageBytes = 4096;

/** Returns the size of a BGRA frame in bytes. */
export function bytesOf({ width, height }: FrameParameters): number {
  return width * height * 4;
}

/** Whether the frames travel in shared memory. */
export function isShared({ way }: Pick<FrameParameters, "way">): boolean {
  return way !== "socket" && way !== "nothing";
}

/**
 * Returns the options of the channel, with a region that has room for exactly the given number of frames. Throws if this
 * process cannot use shared memory.
 */
export function payloadsOf(parameters: FrameParameters): { payloads?: PayloadCarrier } {
  if (!isShared(parameters)) return {};
  const { slots } = parameters;
  const slotBytes = Math.ceil(bytesOf(parameters) / pageBytes) * pageBytes;
  // The first page of a region has no payload.
  const payloads = sharedMemory({ bytes: slots * slotBytes + pageBytes, slots });
  if (payloads.unavailable !== undefined) throw new Error(payloads.unavailable);
  return { payloads };
}
