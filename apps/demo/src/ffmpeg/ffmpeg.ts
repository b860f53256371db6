import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough, type Readable } from "node:stream";
import { reasonIn, reasonOfEnd } from "./failure-reason.ts";
import { FramePipe } from "./frame-pipe.ts";

/** Maximum number of characters kept of ffmpeg's log. */
const logLength = 8192;

/** Size of the audio buffer in bytes. Without the buffer, ffmpeg would stop writing frames while audio waits. */
const audioBuffer = 1 << 20;

/** How ffmpeg ended. */
export interface Ending {
  /** The exit code; `null` if a signal ended ffmpeg. */
  readonly code: number | null;
  /** The reason, for a user; `undefined` after {@link Ffmpeg.stop}. */
  readonly error: Error | undefined;
}

type Pipes = readonly [null, Readable, Readable, Readable, Readable];

/**
 * An ffmpeg process that writes frames to standard output (`pipe:1`), audio to `pipe:3` and a line for each frame to
 * `pipe:4`.
 */
export class Ffmpeg {
  readonly frames: FramePipe;
  readonly audio: Readable;
  readonly frameLines: Readable;
  /** Resolves when ffmpeg has ended, and all its output but the frames is read. */
  readonly ended: Promise<Ending>;
  readonly #process: ChildProcess;
  readonly #log: Readable;
  #said = "";
  #isStopped = false;

  private constructor(process: ChildProcess) {
    const [, frames, log, audio, frameLines] = process.stdio as unknown as Pipes;
    this.#process = process;
    this.frames = new FramePipe(frames);
    this.frameLines = frameLines;
    this.audio = audio.pipe(new PassThrough({ highWaterMark: audioBuffer }));
    this.#log = log;
    this.ended = once(process, "close").then(([code, signal]) => ({
      code,
      error: this.#error(code, signal),
    }));
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
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
      detached: true,
    });
    try {
      await once(process, "spawn");
    } catch (cause) {
      throw new Error(`ffmpeg is not on PATH; install the package ffmpeg to ${purpose}`, { cause });
    }
    // In the same turn of the event loop as spawn(), see FramePipe.
    return new Ffmpeg(process);
  }

  /** The reason of a failure, from ffmpeg's log, as a clause. */
  get reason(): string {
    return reasonIn(this.#said) ?? "it gave no reason";
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

  /** Kills the process with SIGKILL. Frames that were not read are lost. */
  stop(): void {
    this.#isStopped = true;
    this.#process.kill("SIGKILL");
    this.frames.destroy();
  }

  #error(code: number | null, signal: NodeJS.Signals | null): Error | undefined {
    if (this.#isStopped) return undefined;
    return new Error(`ffmpeg ended (${signal ?? `exit code ${code}`}): ${reasonOfEnd(this.#said, signal)}`);
  }
}
