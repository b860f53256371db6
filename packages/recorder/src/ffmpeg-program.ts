import { type ExecFileException, execFile } from "node:child_process";
import { RecorderError } from "./recorder-error.ts";
import { withinTime } from "./within-time.ts";

/** Longest wait for ffmpeg to describe itself, in ms. Its first start after a while may read a hundred megabytes of libraries from a slow disk. */
const timeout = 30_000;

/** What the recorder needs to know about the ffmpeg on PATH. */
export interface FfmpegProgram {
  /** The arguments that keep the timestamp of each frame. */
  readonly keepTimes: readonly string[];
}

/**
 * Finds the ffmpeg on PATH. Rejects with RecorderError if there is none, if it does not respond, if it is older than 4.4,
 * or if it lacks one of the encoders.
 */
export async function findFfmpeg(encoders: readonly string[]): Promise<FfmpegProgram> {
  const seconds = timeout / 1000;
  const stuck = () => new RecorderError("ERR_RECORDER_STUCK", `ffmpeg did not respond for ${seconds} s`);
  const { output, banner } = await withinTime(describe(), timeout, stuck);
  // Versions of development builds do not begin with the number of a release.
  const [, major = 5, minor = 1] = (/^ffmpeg version n?(\d+)\.(\d+)/m.exec(banner) ?? []).map(Number);
  const isBefore = (first: number, second: number) => major < first || (major === first && minor < second);
  if (isBefore(4, 4)) {
    const message = `ffmpeg ${major}.${minor} is too old; install version 4.4 or later to make recordings`;
    throw new RecorderError("ERR_RECORDER_FFMPEG_MISSING", message);
  }
  const lacking = encoders.filter((encoder) => !new RegExp(`^\\s\\S{6}\\s${encoder}\\s`, "m").test(output));
  if (lacking.length > 0) {
    const message = `this ffmpeg has no encoder ${lacking.join(", ")}; install a build with it to make recordings`;
    throw new RecorderError("ERR_RECORDER_FFMPEG_MISSING", message);
  }
  // ffmpeg 5.1 renamed the option.
  return { keepTimes: [isBefore(5, 1) ? "-vsync" : "-fps_mode", "passthrough"] };
}

/** Resolves with the list of encoders and the banner. */
function describe(): Promise<{ output: string; banner: string }> {
  return new Promise((resolve, reject) => {
    const options = { timeout, killSignal: "SIGKILL", maxBuffer: 2 ** 24, windowsHide: true } as const;
    const child = execFile("ffmpeg", ["-encoders"], options, (cause, output, banner) => {
      if (!cause) resolve({ output, banner });
      else reject(inWords(cause));
    });
    // A process that ignores SIGKILL, because it waits for a dead disk, must not keep this process running.
    child.unref();
  });
}

function inWords(cause: ExecFileException): RecorderError {
  const isMissing = cause.code === "ENOENT" || cause.code === "EACCES";
  const message = isMissing
    ? "ffmpeg is not on PATH; install the package ffmpeg to make recordings"
    : `ffmpeg cannot be run: ${cause.message.split("\n")[0]}`;
  return new RecorderError("ERR_RECORDER_FFMPEG_MISSING", message, { cause });
}
