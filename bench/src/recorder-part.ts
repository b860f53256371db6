import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reasonOf } from "./failure.ts";
import { fixed, megabytes, rowName, table, times } from "./markdown.ts";
import type { BenchOptions } from "./part.ts";
import type { RecordingProcess, RecordingResult } from "./recorder/recording-result.ts";
import { runFfmpeg } from "./recorder/run-ffmpeg.ts";
import { runRecording } from "./recorder/run-recording.ts";
import { FilmWindow } from "./screen/film-window.ts";
import { XDisplay } from "./screen/x-display.ts";

const alone = "ffmpeg alone";
const ways = { [alone]: runFfmpeg, "broadcast-ipc": runRecording };
const processes: readonly RecordingProcess[] = ["grab", "capture", "recorder", "encode"];

const explanation = `A 1080p screen at 30 frames per second, on which a film of 640x360 plays, and a stereo tone, recorded to an MP4 file: H.264 (libx264, ultrafast, crf 23) and AAC.

- *ffmpeg alone*: one ffmpeg grabs the screen, makes the tone and encodes both. If it fails, the capture ends too.
- *broadcast-ipc*: a capture process, which takes the frames from an ffmpeg that grabs, and uploads them with the tone; and a recorder process with a \`BroadcastReceiver\` and a \`Recorder\`, which runs an ffmpeg that encodes. The frames are raw (8.3 MB) up to the encoder.
- CPU is in percent of a core, of all threads, in the measured time. The X server and the player of the film are not counted.
- Memory is resident memory at the beginning and at the end of the measured time. \`--seconds 600\` measures ten minutes.
- Frames are those of the whole file, 5 s of warm-up included.`;

const head = [
  "",
  "frames captured",
  "frames in the file",
  "duration of the file",
  "CPU %: ffmpeg that grabs",
  "capture process",
  "recorder process",
  "ffmpeg that encodes",
  "all",
  "ratio to ffmpeg alone",
  "memory: capture process",
  "recorder process",
  "ffmpeg that encodes",
];

/** Measures a recording of a screen, beside one ffmpeg that records the same screen. */
export async function runRecorderPart({ seconds = 20, isChosen }: BenchOptions): Promise<readonly string[]> {
  const rows: string[][] = [];
  let ofAlone: number | undefined;
  for (const [name, run] of Object.entries(ways)) {
    if (!isChosen(name)) continue;
    try {
      const result = await measure(run, seconds);
      const all = processes.reduce((sum, process) => sum + (cpuPercent(result, process, seconds) ?? 0), 0);
      if (name === alone) ofAlone = all;
      console.error(`${name.padEnd(16)} ${result.frames} frames in the file, ${fixed(all)} % of a core`);
      rows.push([name, ...cells(result, seconds), fixed(all), times(all, ofAlone), ...memories(result)]);
    } catch (error) {
      console.error(`${name.padEnd(16)} failed: ${reasonOf(error)}`);
      rows.push([rowName(name, reasonOf(error)), ...Array<string>(head.length - 1).fill("")]);
    }
  }
  return [explanation, table(`Recording a screen for ${seconds} s`, head, rows)];
}

async function measure(run: typeof runRecording, seconds: number): Promise<RecordingResult> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  try {
    await using display = await XDisplay.open();
    await using _film = await FilmWindow.open(display.name);
    return await run(display.name, seconds, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function cells(result: RecordingResult, seconds: number): string[] {
  return [
    String(result.captured ?? ""),
    String(result.frames),
    `${fixed(result.seconds)} s`,
    ...processes.map((process) => fixed(cpuPercent(result, process, seconds))),
  ];
}

function cpuPercent({ usage }: RecordingResult, process: RecordingProcess, seconds: number) {
  const [begin, end] = usage[process] ?? [];
  return begin && end && ((end.cpuSeconds - begin.cpuSeconds) * 100) / seconds;
}

function memories({ usage }: RecordingResult): string[] {
  return (["capture", "recorder", "encode"] as const).map((process) => {
    const [begin, end] = usage[process] ?? [];
    return begin && end ? `${megabytes(begin.memory)} → ${megabytes(end.memory)}` : "";
  });
}
