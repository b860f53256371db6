export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Returns the smallest value such that at least `percent` percent of the values are not larger (nearest rank). */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const index = Math.ceil((percent / 100) * sorted.length) - 1;
  return sorted[Math.max(0, index)] ?? Number.NaN;
}
