import { expect, test } from "vitest";
import { cpuShare, totalCpuShare } from "../src/process-usage.ts";
import { formatReport, type Report } from "../src/report.ts";

const report: Report = {
  source: "page",
  encoding: "jpeg",
  size: { width: 1280, height: 720 },
  seconds: 20,
  frames: { captured: 600, sent: 599, received: 599, replaced: 1 },
  recording: null,
  age: { p50: 1.24, p95: 2, max: 10 },
  bytes: 30e6,
  transport: { app: { via: "socket", reason: null, fallbacks: 0 }, capture: null },
  processes: {
    app: { cpuShare: 0.0312, peakMemoryBytes: 90e6 },
    capture: { cpuShare: 0.05, peakMemoryBytes: 80e6 },
  },
  cpuShare: 0.0812,
  failure: null,
};

test("computes the share of a core as CPU time divided by elapsed time", () => {
  expect(cpuShare({ time: 100, cpuTime: 3 }, { time: 120, cpuTime: 4 })).toBe(0.05);
  expect(cpuShare({ time: 100, cpuTime: 3 }, { time: 101, cpuTime: 5 })).toBe(2);
  expect(cpuShare({ time: 100, cpuTime: 3 }, { time: 100, cpuTime: 3 })).toBeNull();
});

test("adds the CPU shares of both processes, and returns null if one is unknown", () => {
  const usage = (cpuShare: number | null) => ({ cpuShare, peakMemoryBytes: 1 });
  expect(totalCpuShare([usage(0.25), usage(0.5)])).toBe(0.75);
  expect(totalCpuShare([usage(0), usage(0)])).toBe(0);
  expect(totalCpuShare([usage(0.25), usage(null)])).toBeNull();
  expect(totalCpuShare([usage(0.25), null])).toBeNull();
});

test("formats the CPU share of each process and of both", () => {
  expect(formatReport(report).split("\n")).toEqual([
    "  source           page, 1280x720 jpeg, 20.0 s",
    "  frames           599 received, 600 captured, 599 sent, 1 replaced by newer ones",
    "  age on arrival   median 1.2 ms, 95 % below 2.0 ms, maximum 10.0 ms",
    "  data             30.0 MB received, 1.5 MB/s",
    "  transport        socket",
    "  app process      3.1 % of one core, 90.0 MB of memory at the peak",
    "  capture process  5.0 % of one core, 80.0 MB of memory at the peak",
    "  both processes   8.1 % of one core",
  ]);
});

test("formats a recording with the number of frames left out", () => {
  const row = (frames: number, leftOut: number) =>
    formatReport({ ...report, recording: { frames, leftOut } }).split("\n")[2];
  expect(row(500, 0)).toBe("  recording        500 frames recorded");
  expect(row(1, 0)).toBe("  recording        1 frame recorded");
  expect(row(500, 99)).toBe(
    "  recording        500 frames recorded, 99 left out because ffmpeg was too slow",
  );
});

test.each([
  ["shared memory (koffi)", { via: "shared memory (koffi)", reason: null, fallbacks: 0 }],
  [
    "shared memory (koffi); 1 frame over the socket for lack of room",
    { via: "shared memory (koffi)", reason: null, fallbacks: 1 },
  ],
  ["socket, because koffi is missing", { via: "socket", reason: "koffi is missing", fallbacks: 0 }],
])("formats what carries the frames: %s", (expected, capture) => {
  const transport = { ...report.transport, capture };
  expect(formatReport({ ...report, transport }).split("\n")[4]).toBe(`  transport        ${expected}`);
});

test("formats unknown values of a killed capture process", () => {
  const processes = { ...report.processes, capture: null };
  expect(
    formatReport({ ...report, processes, cpuShare: null })
      .split("\n")
      .slice(-2),
  ).toEqual([
    "  capture process  ended without reporting",
    "  both processes   an unknown share of one core",
  ]);
});
