import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { type ProgramUsage, programUsage } from "../program-usage.ts";

/** What a process uses at the beginning and at the end of the measured time. */
type MeasuredUsage = readonly [begin: ProgramUsage, end: ProgramUsage];

/** The processes of a recording. One ffmpeg alone both grabs and encodes. */
export type RecordingProcess = "grab" | "capture" | "recorder" | "encode";

/** The result of a recording. */
export interface RecordingResult {
  readonly usage: Partial<Record<RecordingProcess, MeasuredUsage>>;
  /** Frames that were captured, if it is known. */
  readonly captured: number | undefined;
  /** Frames in the file. */
  readonly frames: number;
  /** Duration of the file in seconds. */
  readonly seconds: number;
}

/** Time from the first captured frame to the start of the measurement, in ms. */
const warmUpTime = 5000;

/** Measures processes for `seconds`, after a warm-up. */
export async function measureUsage(
  pids: Partial<Record<RecordingProcess, number>>,
  seconds: number,
): Promise<RecordingResult["usage"]> {
  await delay(warmUpTime);
  const begin = Object.entries(pids).map(([name, pid]) => [name, pid, programUsage(pid)] as const);
  await delay(seconds * 1000);
  return Object.fromEntries(begin.map(([name, pid, usage]) => [name, [usage, programUsage(pid)]]));
}

/** Returns the number of video frames in a file, and its duration. */
export async function probe(file: string): Promise<Pick<RecordingResult, "frames" | "seconds">> {
  const show = ["-select_streams", "v", "-count_packets", "-show_entries"];
  const entries = "stream=nb_read_packets:format=duration";
  const args = ["-v", "error", ...show, entries, "-of", "json", file];
  const { stdout } = await promisify(execFile)("ffprobe", args);
  const { streams, format } = JSON.parse(stdout) as {
    streams: { nb_read_packets: string }[];
    format: { duration: string };
  };
  return { frames: Number(streams[0]?.nb_read_packets), seconds: Number(format.duration) };
}
