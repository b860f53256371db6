/** CPU and memory that a process has used. */
export interface ProcessUsage {
  /** See {@link cpuShare}; `null` if less than two frames arrived. */
  readonly cpuShare: number | null;
  /** Peak resident memory in bytes. */
  readonly peakMemoryBytes: number;
}

/** CPU time of a process at a time, both in seconds. */
export interface CpuReading {
  readonly time: number;
  readonly cpuTime: number;
}

/**
 * CPU time of all threads between the first and the last frame, divided by the time between them: 0.1 is a tenth of one
 * core, 2 is two cores. Start-up and shutdown are not included.
 */
export function cpuShare(first: CpuReading, last: CpuReading): number | null {
  const seconds = last.time - first.time;
  return seconds > 0 ? (last.cpuTime - first.cpuTime) / seconds : null;
}

/** The sum of the shares of several processes; `null` if one of them is unknown. */
export function totalCpuShare(usages: readonly (ProcessUsage | null)[]): number | null {
  return usages.reduce<number | null>((total, usage) => {
    const share = usage?.cpuShare ?? null;
    return total === null || share === null ? null : total + share;
  }, 0);
}
