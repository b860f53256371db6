import { readFileSync, writeFileSync } from "node:fs";

/** Measures the most memory that was resident at once since it was made. */
export class MemoryMeter {
  readonly #idle: number = process.memoryUsage.rss();

  constructor() {
    try {
      // Linux: the peak starts anew, so that what starting up needed does not hide what follows.
      writeFileSync("/proc/self/clear_refs", "5");
    } catch {}
  }

  /** Resident just now, above what was when it was made, in bytes. */
  get aboveIdle(): number {
    return process.memoryUsage.rss() - this.#idle;
  }

  /** The most that was, above the same. */
  get peakAboveIdle(): number {
    return peak() - this.#idle;
  }
}

function peak(): number {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    if (kilobytes) return Number(kilobytes) * 1024;
  } catch {}
  return process.resourceUsage().maxRSS * 1024;
}
