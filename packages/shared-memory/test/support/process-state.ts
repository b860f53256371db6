import { readdirSync, readFileSync } from "node:fs";

/** The number of mappings of regions in this process. */
export function mappings(): number {
  return readFileSync("/proc/self/maps", "utf8").split("/memfd:broadcast-ipc").length - 1;
}

/** The open descriptors of this process. */
export function descriptors(): number {
  return readdirSync("/proc/self/fd").length;
}
