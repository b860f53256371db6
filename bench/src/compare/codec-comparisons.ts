import { setTimeout as delay } from "node:timers/promises";
import { BenchProcess } from "../live/bench-process.ts";
import type { Comparison, Figure } from "./comparison.ts";
import type { CodecParameters, CodecReport } from "./measure-codec.ts";

const sizes = [
  { label: "1280x720", width: 1280, height: 720 },
  { label: "1920x1080", width: 1920, height: 1080 },
  { label: "3840x2160", width: 3840, height: 2160 },
];
/** Maximum duration of a run, in ms. A longer run counts as failed. */
const timeout = 60_000;

/** Comparisons of encoding, decoding and converting images, one per size. Each runs in one process. */
export const codecComparisons: readonly Comparison[] = sizes.map(({ label, width, height }) => ({
  part: "codec",
  name: label,
  size: label,
  onlyIfChosen: label !== "1920x1080",
  measure: (files) => measure({ width, height }, label, files),
}));

async function measure(parameters: CodecParameters, label: string, files: URL): Promise<Figure[]> {
  const process = new BenchProcess(new URL("compare/measure-codec.ts", files), parameters);
  const controller = new AbortController();
  try {
    const late = delay(timeout, undefined, { signal: controller.signal });
    const report = await Promise.race([process.next<CodecReport>("measured"), late]);
    if (!report) throw new Error(`no result within ${timeout / 1000} s`);
    return report.results.map(({ name, milliseconds, failure }) => {
      return { name: `${label}, ${name}, ms`, better: "less", value: milliseconds, failure };
    });
  } finally {
    controller.abort();
    await process.kill();
  }
}
