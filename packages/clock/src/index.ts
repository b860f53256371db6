export { clockId, now } from "./clock.ts";
export { DurationHistogram, type DurationSummary } from "./duration-histogram.ts";
