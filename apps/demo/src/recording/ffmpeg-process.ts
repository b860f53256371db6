import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";

/** How much of what ffmpeg says is kept, in characters: its last words are what counts. */
const logLength = 4000;

/** The ffmpeg on PATH, fed through its standard input. */
export class FfmpegProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Resolves, never rejects, when it has ended: with what went wrong, as a sentence. */
  readonly #ended: Promise<string | undefined>;
  #written = 0;
  #log = "";

  private constructor(args: readonly string[]) {
    const progress = ["-nostats", "-progress", "pipe:1", "-stats_period", "0.25"];
    const usual = ["-hide_banner", "-loglevel", "error", ...progress];
    // In a process group of its own: an interrupt from the terminal is for us, who then ends it in good order. And should
    // we be killed, it comes to the end of its input and finishes the file by itself.
    this.#child = spawn("ffmpeg", [...usual, ...args], { stdio: ["pipe", "pipe", "pipe"], detached: true });
    this.#ended = this.#end();
    // It comes to whoever writes, and as the way that the process ends.
    this.#child.stdin.on("error", () => {});
    this.#child.stdout.on("data", (chunk) => this.#readProgress(String(chunk)));
    this.#child.stderr.on("data", (chunk) => {
      this.#log = (this.#log + chunk).slice(-logLength);
    });
  }

  /** Rejects with an Error that says in a sentence what to do, where there is no ffmpeg. */
  static async check(): Promise<void> {
    const child = spawn("ffmpeg", ["-version"], { stdio: "ignore" });
    try {
      await once(child, "exit");
    } catch (cause) {
      throw new Error("ffmpeg is not on PATH; it is what makes recordings (install the package ffmpeg)", {
        cause,
      });
    }
  }

  static start(args: readonly string[]): FfmpegProcess {
    return new FfmpegProcess(args);
  }

  /** Bytes that it has written, as far as it has said. */
  get writtenBytes(): number {
    return this.#written;
  }

  /**
   * Resolves when all of it is in the pipe, whose other end may be slow: until then the data must not change. Rejects
   * with an Error that says in a sentence why ffmpeg takes no more.
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

  /** Lets it finish the file; rejects with an Error that says in a sentence why it could not. */
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
      return lastWords ? `ffmpeg gave up: ${lastWords}` : `ffmpeg ended (${signal ?? `exit code ${code}`})`;
    } catch (error) {
      return (error as Error).message;
    }
  }

  #readProgress(text: string): void {
    const size = /.*total_size=(\d+)/s.exec(text)?.[1];
    if (size) this.#written = Number(size);
  }
}
