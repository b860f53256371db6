import type { ProcessUsage } from "./process-usage.ts";
import type { TransportUse } from "./transport.ts";

/** The result of a run, as printed by `--json`. */
export interface Report {
  readonly source: string;
  readonly encoding: string;
  readonly size: { readonly width: number; readonly height: number } | null;
  /** Seconds from the first frame to the last one. */
  readonly seconds: number;
  readonly frames: {
    readonly captured: number;
    readonly sent: number;
    readonly received: number;
    readonly replaced: number;
  };
  /** Time from capture to arrival of the frames, in ms; `null` if the clocks cannot be compared. */
  readonly age: { readonly p50: number; readonly p95: number; readonly max: number } | null;
  /** Frames in the recording, and frames left out because ffmpeg was too slow; `null` without a recording. */
  readonly recording: { readonly frames: number; readonly leftOut: number } | null;
  /** Received bytes of encoded frames and audio. */
  readonly bytes: number;
  /** What carries large frames. `capture` is `null` with the transport `"socket"`, or if the capture process has reported nothing. */
  readonly transport: { readonly app: TransportUse; readonly capture: TransportUse | null };
  /** `capture` is `null` if the capture process ended without reporting. */
  readonly processes: { readonly app: ProcessUsage; readonly capture: ProcessUsage | null };
  /** CPU time that both processes used, as a share of one core; `null` if unknown. */
  readonly cpuShare: number | null;
  /** Error message; `null` if the run succeeded. */
  readonly failure: string | null;
}

/** Formats the report as text. */
export function formatReport(report: Report): string {
  const { frames, recording, age, processes, size, seconds } = report;
  const frame = size ? `${size.width}x${size.height} ${report.encoding}` : report.encoding;
  const rows = [
    ["source", `${report.source}, ${frame}, ${seconds.toFixed(1)} s`],
    [
      "frames",
      `${frames.received} received, ${frames.captured} captured, ${frames.sent} sent, ${frames.replaced} replaced by newer ones`,
    ],
    ...(recording ? [["recording", formatRecording(recording)] as const] : []),
    ["age on arrival", age ? formatAge(age) : "unknown"],
    [
      "data",
      `${formatBytes(report.bytes)} received, ${formatBytes(report.bytes / Math.max(seconds, 0.001))}/s`,
    ],
    ["transport", formatTransport(report.transport)],
    ["app process", formatUsage(processes.app)],
    ["capture process", processes.capture ? formatUsage(processes.capture) : "ended without reporting"],
    ["both processes", formatShare(report.cpuShare)],
  ] as const;
  return rows.map(([name, value]) => `  ${name.padEnd(17)}${value}`).join("\n");
}

/** Formats a number of bytes, with decimal units. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** Formats a number with its noun, such as "1 frame" or "2 frames". */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function formatRecording({ frames, leftOut }: NonNullable<Report["recording"]>): string {
  const recorded = `${formatCount(frames, "frame")} recorded`;
  return leftOut === 0 ? recorded : `${recorded}, ${leftOut} left out because ffmpeg was too slow`;
}

function formatAge({ p50, p95, max }: NonNullable<Report["age"]>): string {
  return `median ${p50.toFixed(1)} ms, 95 % below ${p95.toFixed(1)} ms, maximum ${max.toFixed(1)} ms`;
}

/** The capture process knows best, because it sends the frames. */
function formatTransport({ app, capture }: Report["transport"]): string {
  const { via, reason, fallbacks } = capture ?? app;
  if (reason !== null) return `${via}, because ${reason}`;
  return fallbacks === 0
    ? via
    : `${via}; ${formatCount(fallbacks, "frame")} over the socket for lack of room`;
}

function formatUsage({ cpuShare, peakMemoryBytes }: ProcessUsage): string {
  return `${formatShare(cpuShare)}, ${formatBytes(peakMemoryBytes)} of memory at the peak`;
}

function formatShare(share: number | null): string {
  return share === null ? "an unknown share of one core" : `${(share * 100).toFixed(1)} % of one core`;
}
