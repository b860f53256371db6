import type { HeartbeatOptions } from "@broadcast-ipc/ipc-channel";
import { longestSide } from "./demo-options.ts";

/** Bytes of the largest frame that `--size` allows, uncompressed with four bytes per pixel. */
export const maxPayloadBytes: number = longestSide * longestSide * 4;

/**
 * Detects a capture process that is stopped or hung. The capture process does no work that blocks its event loop for more
 * than a fraction of a second, so 5 s of silence are no sign of mere load.
 */
export const heartbeat: HeartbeatOptions = { interval: 1000, timeout: 5000 };
