import { readFileSync } from "node:fs";
import { type Bound, type ReadText, reserveBytes } from "./bound.ts";
import { cgroupBounds } from "./cgroup-bounds.ts";
import { formatBytes } from "./format-bytes.ts";

/**
 * Why there is no room for a region of `bytes`; `undefined` if there is. It is checked before memory is reserved, because
 * a lack of memory in a control group, or a file over the size limit, would end the process instead of causing an error.
 */
export function roomObstacle(bytes: number, readText: ReadText = readFile): string | undefined {
  let smallest: Bound = { bytes: Number.POSITIVE_INFINITY, what: "" };
  for (const bound of [fileSizeBound(readText), systemBound(readText), ...cgroupBounds(readText)]) {
    if (bound !== undefined && bound.bytes < smallest.bytes) smallest = bound;
  }
  if (bytes <= smallest.bytes) return undefined;
  const room = formatBytes(Math.max(0, smallest.bytes));
  return `a region of ${formatBytes(bytes)} does not fit: ${smallest.what} allows ${room}`;
}

/** The largest file that this process may create. A larger one causes the signal SIGXFSZ. */
function fileSizeBound(readText: ReadText): Bound | undefined {
  const soft = /^Max file size\s+(\d+)/m.exec(readText("/proc/self/limits") ?? "")?.[1];
  return soft === undefined ? undefined : { bytes: Number(soft), what: "the file size limit (ulimit -f)" };
}

function systemBound(readText: ReadText): Bound | undefined {
  const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(readText("/proc/meminfo") ?? "")?.[1];
  if (kilobytes === undefined) return undefined;
  return { bytes: Number(kilobytes) * 1024 - reserveBytes, what: "the available memory of the system" };
}

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
