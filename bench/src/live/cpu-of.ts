import type { LiveFigures } from "./run-live.ts";

/** Returns the CPU time per delivered frame in ms, of each process and of both together. */
export function cpuOf({ captured, consumed }: LiveFigures): Record<"source" | "consumer" | "both", number> {
  const [source, consumer] = [captured, consumed].map(
    ({ cpuSeconds }) => (cpuSeconds * 1000) / consumed.ages.length,
  ) as [number, number];
  return { source, consumer, both: source + consumer };
}
