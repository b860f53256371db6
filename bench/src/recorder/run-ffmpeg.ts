import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { framesPerSecond } from "../screen/screen-size.ts";
import { measureUsage, probe, type RecordingResult } from "./recording-result.ts";

/** Records an X display to a file in `folder` by one ffmpeg, with the encoders and settings of the recorder package. */
export async function runFfmpeg(display: string, seconds: number, folder: string): Promise<RecordingResult> {
  const file = join(folder, "alone.mp4");
  const inputs = [
    ...["-f", "x11grab", "-framerate", String(framesPerSecond), "-i", display],
    ...["-re", "-f", "lavfi", "-i", "sine=frequency=450:sample_rate=48000"],
  ];
  const video = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "23", "-pix_fmt", "yuv420p"];
  const audio = ["-c:a", "aac", "-b:a", "128000", "-ac", "2"];
  const args = ["-loglevel", "error", ...inputs, "-map", "0:v", "-map", "1:a", ...video, ...audio, file];
  const ffmpeg = spawn("ffmpeg", args, { stdio: ["pipe", "ignore", "pipe"] });
  let log = "";
  ffmpeg.stderr.on("data", (text) => {
    log = String(text);
  });
  const ended = once(ffmpeg, "exit");
  try {
    const failed = ended.then(() => Promise.reject(new Error(`ffmpeg ended: ${log.trim()}`)));
    const usage = await Promise.race([measureUsage({ encode: ffmpeg.pid ?? 0 }, seconds), failed]);
    ffmpeg.stdin.end("q");
    await ended;
    return { usage, captured: undefined, ...(await probe(file)) };
  } finally {
    ffmpeg.kill("SIGKILL");
  }
}
