import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough, type Readable } from "node:stream";

/** How much of what ffmpeg says is kept, in characters. */
const logLength = 8192;

/** How much sound may wait, in bytes, so that waiting for it to be read never holds up the pictures. */
const soundBuffer = 1 << 20;

/** An ffmpeg that runs for us: pictures come out of its standard output (`pipe:1`), sound out of `pipe:3`. */
export class Ffmpeg {
  readonly pictures: Readable;
  readonly sound: Readable;
  readonly #process: ChildProcess;
  readonly #log: Readable;
  #said = "";
  #isStopped = false;

  private constructor(process: ChildProcess) {
    const [, pictures, log, sound] = process.stdio as unknown as [null, Readable, Readable, Readable];
    this.#process = process;
    this.pictures = pictures;
    this.sound = sound.pipe(new PassThrough({ highWaterMark: soundBuffer }));
    this.#log = log;
    log.on("data", (chunk) => {
      this.#said = (this.#said + chunk).slice(-logLength);
    });
  }

  /** Starts the ffmpeg on PATH; rejects with an Error that says in a sentence that there is none, and `purpose`. */
  static async start(args: readonly string[], purpose: string): Promise<Ffmpeg> {
    // In a process group of its own: an interrupt from the terminal is for us to pass on, once the report is made.
    const process = spawn("ffmpeg", ["-nostdin", "-hide_banner", "-nostats", ...args], {
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      detached: true,
    });
    try {
      await once(process, "spawn");
    } catch (cause) {
      throw new Error(`ffmpeg is not on PATH; it is what ${purpose} (install the package ffmpeg)`, { cause });
    }
    return new Ffmpeg(process);
  }

  /** The last line that it said. */
  get lastWords(): string {
    return this.#said.trim().split("\n").at(-1) || "it said nothing";
  }

  /** Waits until it says something that matches; `undefined` where it ended before. */
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

  /** Calls back with the reason if it ends before {@link stop}. */
  onFailure(callback: (error: Error) => void): void {
    this.#process.once("close", (code, signal) => {
      if (this.#isStopped) return;
      callback(new Error(`ffmpeg ended (${signal ?? `exit code ${code}`}): ${this.lastWords}`));
    });
  }

  /** Ends it at once. */
  stop(): void {
    this.#isStopped = true;
    this.#process.kill("SIGKILL");
  }
}
