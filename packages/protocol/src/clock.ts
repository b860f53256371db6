import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";

/** Microseconds of the machine's monotonic clock, the same in every process of one machine: what `timestamp` is counted in. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + Math.floor(nanoseconds / 1e3);
}

let id: { readonly value: string | undefined } | undefined;

/**
 * Names the clock behind {@link now}: equal in two processes only if their timestamps can be compared. It is the boot's
 * id (on Linux with the time namespace, whose clock may be shifted); `undefined` where the platform has none.
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

/** Kernels before 5.6 have one for all. */
function timeNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/time");
  } catch {
    return "time:[0]";
  }
}
