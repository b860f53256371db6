/** What a process has used. */
export interface ProcessUsage {
  /** Share of one core while pictures came, see {@link cpuShare}; `null` where there was no time between two of them. */
  readonly cpuShare: number | null;
  /** The most memory that was resident at once, in bytes. */
  readonly peakMemoryBytes: number;
}

/** How much processor time a process had used by some time, both in seconds. */
export interface CpuReading {
  readonly time: number;
  readonly cpuTime: number;
}

/**
 * The processor time between the first picture and the last one, of all threads, divided by the time between them: 0.1
 * is a tenth of one core, 2 is two whole ones. What it takes to begin and to end is in neither.
 */
export function cpuShare(first: CpuReading, last: CpuReading): number | null {
  const seconds = last.time - first.time;
  return seconds > 0 ? (last.cpuTime - first.cpuTime) / seconds : null;
}

/** The share of one core that processes took together; `null` where that of one of them is not known. */
export function totalCpuShare(usages: readonly (ProcessUsage | null)[]): number | null {
  return usages.reduce<number | null>((total, usage) => {
    const share = usage?.cpuShare ?? null;
    return total === null || share === null ? null : total + share;
  }, 0);
}
