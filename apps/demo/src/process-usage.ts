/** What a process has used. */
export interface ProcessUsage {
  /** Processor time, in seconds. */
  readonly cpuSeconds: number;
  /** The most memory that was resident at once, in bytes. */
  readonly peakMemoryBytes: number;
}

/** What this process has used since it began. */
export function processUsage(): ProcessUsage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMemoryBytes: maxRSS * 1024 };
}
