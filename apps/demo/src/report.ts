import type { ProcessUsage } from "./process-usage.ts";

/** What a run comes to; printed as it is with `--json`. */
export interface Report {
  readonly source: string;
  readonly encoding: string;
  readonly size: { readonly width: number; readonly height: number } | null;
  /** From the first picture to the last one. */
  readonly seconds: number;
  readonly frames: {
    readonly captured: number;
    readonly sent: number;
    readonly received: number;
    readonly replaced: number;
  };
  /** Of pictures as they were handed out, in ms; `null` where the clocks cannot be compared. */
  readonly age: { readonly p50: number; readonly p95: number; readonly max: number } | null;
  /** Pictures in the recording, and those that ffmpeg was too slow for; `null` where nothing is recorded. */
  readonly recording: { readonly pictures: number; readonly leftOut: number } | null;
  /** Of encoded pictures and sound, as received. */
  readonly bytes: number;
  /** `null` where the capture process ended before it could tell. */
  readonly processes: { readonly app: ProcessUsage; readonly capture: ProcessUsage | null };
  /** The share of one core that both processes took together; `null` where that is not known. */
  readonly cpuShare: number | null;
  /** What went wrong, as a sentence; `null` where the run ended in good order. */
  readonly failure: string | null;
}

/** The report for a person. */
export function formatReport(report: Report): string {
  const { frames, recording, age, processes, size, seconds } = report;
  const picture = size ? `${size.width}x${size.height} ${report.encoding}` : report.encoding;
  const rows = [
    ["source", `${report.source}, ${picture}, ${seconds.toFixed(1)} s`],
    [
      "pictures",
      `${frames.received} received, ${frames.captured} captured, ${frames.sent} sent, ${frames.replaced} replaced by newer ones`,
    ],
    ...(recording ? [["recording", formatRecording(recording)] as const] : []),
    [
      "age",
      age
        ? `p50 ${age.p50.toFixed(1)} ms, p95 ${age.p95.toFixed(1)} ms, max ${age.max.toFixed(1)} ms`
        : "unknown",
    ],
    ["moved", `${formatBytes(report.bytes)}, ${formatBytes(report.bytes / Math.max(seconds, 0.001))}/s`],
    ["app process", formatUsage(processes.app)],
    ["capture process", processes.capture ? formatUsage(processes.capture) : "ended before it could tell"],
    ["both processes", formatShare(report.cpuShare)],
  ] as const;
  return rows.map(([name, value]) => `  ${name.padEnd(17)}${value}`).join("\n");
}

/** Bytes for a person, in powers of 1000. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

function formatRecording({ pictures, leftOut }: NonNullable<Report["recording"]>): string {
  const recorded = `recorded ${pictures} pictures`;
  return leftOut === 0 ? recorded : `${recorded}, ${leftOut} left out because ffmpeg was too slow`;
}

function formatUsage({ cpuShare, peakMemoryBytes }: ProcessUsage): string {
  return `${formatShare(cpuShare)}, ${formatBytes(peakMemoryBytes)} of memory at most`;
}

function formatShare(share: number | null): string {
  return share === null ? "an unknown share of one core" : `${(share * 100).toFixed(1)} % of one core`;
}
