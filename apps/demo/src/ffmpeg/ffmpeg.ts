import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough, type Readable } from "node:stream";

/** Characters of ffmpeg's log that are kept. */
const logLength = 8192;

/** Bytes of audio that may wait to be read, so that waiting audio does not block the frames. */
const audioBuffer = 1 << 20;

/** An ffmpeg process that decodes or captures: frames on its standard output (`pipe:1`), audio on `pipe:3`. */
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

  /** Starts the ffmpeg on PATH. Rejects with an Error for the user if there is none; `purpose` completes "to …" in its message. */
  static async start(args: readonly string[], purpose: string): Promise<Ffmpeg> {
    // In its own process group, so that Ctrl-C does not reach it: the app process stops it in order.
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

  /** The last line of its log. */
  get lastWords(): string {
    return this.#said.trim().split("\n").at(-1) || "it printed nothing";
  }

  /** Waits until its log matches; `undefined` if it ends before. */
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

  /** Calls back with the reason if the process ends before {@link stop}. */
  onFailure(callback: (error: Error) => void): void {
    this.#process.once("close", (code, signal) => {
      if (this.#isStopped) return;
      callback(new Error(`ffmpeg ended (${signal ?? `exit code ${code}`}): ${this.lastWords}`));
    });
  }

  /** Kills the process. */
  stop(): void {
    this.#isStopped = true;
    this.#process.kill("SIGKILL");
  }
}
