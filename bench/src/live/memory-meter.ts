import { readFileSync, writeFileSync } from "node:fs";

/** Measures the peak of resident memory since the meter was created. */
export class MemoryMeter {
  readonly #idle: number = process.memoryUsage.rss();

  constructor() {
    try {
      // On Linux, resets the peak, which would otherwise include the start of the process.
      writeFileSync("/proc/self/clear_refs", "5");
    } catch {}
  }

  /** Growth of resident memory since the meter was created, in bytes. */
  get aboveIdle(): number {
    return process.memoryUsage.rss() - this.#idle;
  }

  /** Growth of resident memory from the creation of the meter to the peak, in bytes. */
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
