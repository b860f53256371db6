import { runPair } from "../run-pair.ts";
import { median } from "../statistics.ts";
import { roundTrips, transportSizes } from "../transport-sizes.ts";
import type { Comparison } from "./comparison.ts";

const peer = "broadcast-ipc";
const usual = new Set(["64 B", "200 kB", "8.3 MB"]);

/** Comparisons of messages in one direction, one per payload size. */
const oneWay: readonly Comparison[] = transportSizes.map(({ label, size, count }) => ({
  part: "transport",
  name: label,
  size: label,
  onlyIfChosen: !usual.has(label),
  async measure(files) {
    const result = await runPair({ peer, kind: "throughput", size, count }, files);
    const cpu = (result.sender.cpuSeconds + result.receiver.cpuSeconds) / count;
    return [
      { name: `${label}, messages per second`, better: "more", value: count / result.seconds },
      { name: `${label}, CPU µs per message`, better: "less", value: cpu * 1e6 },
    ];
  },
}));

const roundTrip: Comparison = {
  part: "transport",
  name: "round trip, 64 B",
  size: "round trip",
  async measure(files) {
    const result = await runPair({ peer, kind: "round trip", size: 64, count: roundTrips }, files);
    return [{ name: "round trip of 64 B, µs", better: "less", value: median(result.roundTrips) }];
  },
};

/** All comparisons of the transport between two processes. */
export const transportComparisons: readonly Comparison[] = [...oneWay, roundTrip];
