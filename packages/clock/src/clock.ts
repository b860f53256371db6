import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";

/**
 * Returns the time of the machine's monotonic clock in whole microseconds, the unit of every `timestamp`. All processes
 * of a machine share this clock, so `now() - sample.timestamp` is the age of a sample from another process.
 *
 * @example
 * const sample = { type: "image", format: "BGRA", codedWidth, codedHeight, data, timestamp: now() };
 */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + Math.floor(nanoseconds / 1e3);
}

let id: { readonly value: string | undefined } | undefined;

/**
 * Returns the id of the clock that {@link now} reads. Timestamps of two processes can be compared only if their clock ids
 * are equal. The id consists of the boot id and, on Linux, the time namespace, because a namespace can shift the clock.
 * `undefined` on platforms without a boot id. The id is read once per process; on macOS the first call runs `sysctl`.
 */
export function clockId(): string | undefined {
  id ??= { value: readClockId() };
  return id.value;
}

function readClockId(): string | undefined {
  try {
    switch (process.platform) {
      case "linux":
        return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${timeNamespace()}`;
      case "darwin":
        return execFileSync("/usr/sbin/sysctl", ["-n", "kern.bootsessionuuid"], { encoding: "utf8" }).trim();
      default:
        return undefined;
    }
  } catch {
    return undefined;
  }
}

/** Linux kernels before 5.6 have no time namespaces. */
function timeNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/time");
  } catch {
    return "time:[0]";
  }
}
