/** CPU and memory that a process has used. */
export interface ProcessUsage {
  /** CPU time divided by elapsed time, see {@link cpuShare}; 1 is one core. `null` if fewer than two frames arrived. */
  readonly cpuShare: number | null;
  /** Peak resident memory in bytes. */
  readonly peakMemoryBytes: number;
}

/** A point in time and the CPU time that the process had used by then, both in seconds. */
export interface CpuReading {
  readonly time: number;
  readonly cpuTime: number;
}

/**
 * Returns the CPU time of all threads between the first and the last frame, divided by the elapsed time: 0.1 is a tenth
 * of one core, 2 is two cores. Start-up and shutdown are not included.
 */
export function cpuShare(first: CpuReading, last: CpuReading): number | null {
  const seconds = last.time - first.time;
  return seconds > 0 ? (last.cpuTime - first.cpuTime) / seconds : null;
}

/** Returns the sum of the CPU shares of several processes, or `null` if one of the shares is unknown. */
export function totalCpuShare(usages: readonly (ProcessUsage | null)[]): number | null {
  return usages.reduce<number | null>((total, usage) => {
    const share = usage?.cpuShare ?? null;
    return total === null || share === null ? null : total + share;
  }, 0);
}
