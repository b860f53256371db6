import { type CpuReading, cpuShare, type ProcessUsage } from "./process-usage.ts";

/** Measures what this process uses, by the pictures that it deals with. */
export class UsageMeter {
  #first: CpuReading | undefined;
  #last: CpuReading | undefined;

  /** Notes that there is a picture. */
  notePicture(): void {
    const { user, system } = process.cpuUsage();
    this.#last = { time: performance.now() / 1000, cpuTime: (user + system) / 1e6 };
    this.#first ??= this.#last;
  }

  /** What it has used so far. */
  get usage(): ProcessUsage {
    return {
      cpuShare: this.#first && this.#last ? cpuShare(this.#first, this.#last) : null,
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    };
  }
}
