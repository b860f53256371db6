import { type CpuReading, cpuShare, type ProcessUsage } from "./process-usage.ts";

/** Measures this process: the CPU share between the first and the last frame, and the peak memory. */
export class UsageMeter {
  #first: CpuReading | undefined;
  #last: CpuReading | undefined;

  /** Records the current time and CPU time. Call it for each frame. */
  noteFrame(): void {
    const { user, system } = process.cpuUsage();
    this.#last = { time: performance.now() / 1000, cpuTime: (user + system) / 1e6 };
    this.#first ??= this.#last;
  }

  /** CPU share between the first and the last frame, and peak memory since the process started. */
  get usage(): ProcessUsage {
    return {
      cpuShare: this.#first && this.#last ? cpuShare(this.#first, this.#last) : null,
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    };
  }
}
