import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";

/** Maximum number of characters kept of ffmpeg's log. */
const logLength = 4000;

/** An ffmpeg process that reads its input from standard input. */
export class FfmpegProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Resolves when the process has ended, with an error message if ffmpeg failed. Never rejects. */
  readonly #ended: Promise<string | undefined>;
  #written = 0;
  #log = "";

  private constructor(args: readonly string[]) {
    const progress = ["-nostats", "-progress", "pipe:1", "-stats_period", "0.25"];
    const usual = ["-hide_banner", "-loglevel", "error", ...progress];
    // ffmpeg has its own process group, so that Ctrl-C does not end ffmpeg before the recording is finished. If this
    // process is killed, ffmpeg reaches the end of its input and finishes the file.
    this.#child = spawn("ffmpeg", [...usual, ...args], { stdio: ["pipe", "pipe", "pipe"], detached: true });
    this.#ended = this.#end();
    // write() rejects after an error, so the event needs no handling.
    this.#child.stdin.on("error", () => {});
    this.#child.stdout.on("data", (chunk) => this.#readProgress(String(chunk)));
    this.#child.stderr.on("data", (chunk) => {
      this.#log = (this.#log + chunk).slice(-logLength);
    });
  }

  /** Checks that ffmpeg is installed. Rejects with a user-facing Error if ffmpeg is not on PATH. */
  static async check(): Promise<void> {
    const child = spawn("ffmpeg", ["-version"], { stdio: "ignore" });
    try {
      await once(child, "exit");
    } catch (cause) {
      throw new Error("ffmpeg is not on PATH; install the package ffmpeg to make recordings", {
        cause,
      });
    }
  }

  static start(args: readonly string[]): FfmpegProcess {
    return new FfmpegProcess(args);
  }

  /** Bytes written to the file, as last reported by ffmpeg. */
  get writtenBytes(): number {
    return this.#written;
  }

  /**
   * Writes the parts to ffmpeg's standard input. Resolves when all parts are written; until then, the data must not
   * change. Rejects with a user-facing Error if ffmpeg has ended.
   */
  async write(...parts: readonly Uint8Array[]): Promise<void> {
    const { stdin } = this.#child;
    stdin.cork();
    const written = parts.map(
      (part) => new Promise<boolean>((resolve) => stdin.write(part, (error) => resolve(!error))),
    );
    stdin.uncork();
    if ((await Promise.all(written)).includes(false)) throw await this.#failure();
  }

  /**
   * Ends ffmpeg's input. Resolves when ffmpeg has finished the file. Rejects with a user-facing Error if ffmpeg fails.
   */
  async finish(): Promise<void> {
    this.#child.stdin.end();
    if ((await this.#ended) !== undefined) throw await this.#failure();
  }

  async #failure(): Promise<Error> {
    return new Error((await this.#ended) ?? "ffmpeg ended before the recording did");
  }

  async #end(): Promise<string | undefined> {
    try {
      const [code, signal] = await once(this.#child, "close");
      if (code === 0) return undefined;
      const lastWords = this.#log.trim().split("\n").at(-1);
      return lastWords ? `ffmpeg failed: ${lastWords}` : `ffmpeg ended (${signal ?? `exit code ${code}`})`;
    } catch (error) {
      return (error as Error).message;
    }
  }

  #readProgress(text: string): void {
    const size = /.*total_size=(\d+)/s.exec(text)?.[1];
    if (size) this.#written = Number(size);
  }
}
