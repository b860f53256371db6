import type { Usage } from "./pair-parameters.ts";

/** Measures the resources that this process uses after the meter was created. */
export class UsageMeter {
  readonly #idleMemory = process.memoryUsage.rss();
  #cpu: NodeJS.CpuUsage = process.cpuUsage();

  /** Excludes the CPU time used before this call. */
  startCpu(): void {
    this.#cpu = process.cpuUsage();
  }

  get usage(): Usage {
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      cpuSeconds: (user + system) / 1e6,
      peakMemory: process.resourceUsage().maxRSS * 1024,
      idleMemory: this.#idleMemory,
    };
  }
}
