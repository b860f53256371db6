import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough, type Readable } from "node:stream";

/** Maximum number of characters kept of ffmpeg's log. */
const logLength = 8192;

/** Size of the audio buffer in bytes. Without the buffer, ffmpeg would stop writing frames while audio waits. */
const audioBuffer = 1 << 20;

/** An ffmpeg process that writes frames to standard output (`pipe:1`) and audio to `pipe:3`. */
export class Ffmpeg {
  readonly frames: Readable;
  readonly audio: Readable;
  readonly #process: ChildProcess;
  readonly #log: Readable;
  #said = "";
  #isStopped = false;

  private constructor(process: ChildProcess) {
    const [, frames, log, audio] = process.stdio as unknown as [null, Readable, Readable, Readable];
    this.#process = process;
    this.frames = frames;
    this.audio = audio.pipe(new PassThrough({ highWaterMark: audioBuffer }));
    this.#log = log;
    log.on("data", (chunk) => {
      this.#said = (this.#said + chunk).slice(-logLength);
    });
  }

  /**
   * Starts the ffmpeg on PATH. Rejects with a user-facing Error if ffmpeg is not installed.
   *
   * @param purpose Completes the error message "install the package ffmpeg to …".
   */
  static async start(args: readonly string[], purpose: string): Promise<Ffmpeg> {
    // ffmpeg has its own process group, so that Ctrl-C does not end ffmpeg before the capture process stops it.
    const process = spawn("ffmpeg", ["-nostdin", "-hide_banner", "-nostats", ...args], {
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      detached: true,
    });
    try {
      await once(process, "spawn");
    } catch (cause) {
      throw new Error(`ffmpeg is not on PATH; install the package ffmpeg to ${purpose}`, { cause });
    }
    return new Ffmpeg(process);
  }

  /** The last line of ffmpeg's log. */
  get lastWords(): string {
    return this.#said.trim().split("\n").at(-1) || "no log output";
  }

  /**
   * Resolves when ffmpeg's log matches `pattern`, or with `undefined` if ffmpeg ends first.
   *
   * @param timeout Milliseconds after which ffmpeg is stopped.
   */
  async says(pattern: RegExp, timeout: number): Promise<RegExpExecArray | undefined> {
    const timer = setTimeout(() => this.stop(), timeout);
    const ended = once(this.#log, "end").then(() => "ended" as const);
    try {
      for (;;) {
        const found = pattern.exec(this.#said);
        if (found) return found;
        if ((await Promise.race([once(this.#log, "data"), ended])) === "ended") return undefined;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Calls `callback` with the reason if ffmpeg ends before {@link stop}. */
  onFailure(callback: (error: Error) => void): void {
    this.#process.once("close", (code, signal) => {
      if (this.#isStopped) return;
      callback(new Error(`ffmpeg ended (${signal ?? `exit code ${code}`}): ${this.lastWords}`));
    });
  }

  /** Kills the process with SIGKILL. */
  stop(): void {
    this.#isStopped = true;
    this.#process.kill("SIGKILL");
  }
}
