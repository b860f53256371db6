import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { FfmpegProgress } from "./ffmpeg-progress.ts";
import { ffmpegReason } from "./ffmpeg-reason.ts";
import { RecorderError } from "./recorder-error.ts";

/** Maximum number of characters kept of ffmpeg's log. */
const logLength = 4000;

/** How long ffmpeg may take no input, and after the end of its input make no progress, in ms. */
const usualPatience = 10_000;

/** Number of checks within the patience. */
const checks = 10;

/** Longest wait in ms for ffmpeg to end after SIGKILL. A process that waits for a dead disk does not end. */
const deathTimeout = 2000;

/** Bytes written at once. ffmpeg has taken input when such a piece is written. */
const pieceLength = 4 * 1024 * 1024;

interface FfmpegOptions {
  /** Default 10,000 ms. */
  readonly patience?: number | undefined;
  /** Called once if ffmpeg fails, ends too early or is stuck. */
  readonly onFailure?: ((error: RecorderError) => void) | undefined;
}

/** An ffmpeg process that reads its input from standard input. Every wait for the process is bounded. */
export class FfmpegProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #patience: number;
  readonly #progress = new FfmpegProgress();
  /** Resolves when the process has ended, or was given up because SIGKILL does not end it. Never rejects. */
  readonly #ended: Promise<RecorderError | undefined>;
  readonly #onFailure: (error: RecorderError) => void;
  #giveUp: (error: RecorderError) => void = () => {};
  #isFinishing = false;
  #log = "";
  /** Number of checks since ffmpeg has taken input or made progress. */
  #idleChecks = 0;
  #stuck: RecorderError | undefined;

  private constructor(
    args: readonly string[],
    { patience = usualPatience, onFailure = () => {} }: FfmpegOptions,
  ) {
    this.#patience = patience;
    this.#onFailure = onFailure;
    const progress = ["-nostats", "-progress", "pipe:1", "-stats_period", "0.25"];
    const usual = ["-hide_banner", "-loglevel", "error", ...progress];
    // ffmpeg has its own process group, so that Ctrl-C does not end ffmpeg before the recording is finished. If this
    // process is killed, ffmpeg reaches the end of its input and finishes the file. On Windows, the option would open a
    // console window.
    const detached = process.platform !== "win32";
    const stdio: ["pipe", "pipe", "pipe"] = ["pipe", "pipe", "pipe"];
    this.#child = spawn("ffmpeg", [...usual, ...args], { stdio, detached, windowsHide: true });
    this.#ended = this.#end();
    // Without file descriptors for the pipes, spawn() does not throw, and the child has no streams.
    if (!this.#child.stdin) throw new Error("too many open files");
    // write() rejects after an error, so the event needs no handling.
    this.#child.stdin.on("error", () => {});
    this.#child.stdout.on("data", (chunk) => {
      if (this.#progress.read(String(chunk))) this.#idleChecks = 0;
    });
    this.#child.stderr.on("data", (chunk) => {
      this.#log = (this.#log + chunk).slice(-logLength);
    });
  }

  /** Starts ffmpeg. Throws RecorderError if the system lacks resources. */
  static start(args: readonly string[], options: FfmpegOptions = {}): FfmpegProcess {
    try {
      return new FfmpegProcess(args, options);
    } catch (cause) {
      throw cannotStart(cause);
    }
  }

  /** Bytes written to the file, as last reported by ffmpeg. */
  get writtenBytes(): number {
    return this.#progress.bytes;
  }

  /** Frames in the file, as last reported by ffmpeg; `undefined` if ffmpeg has not reported any. */
  get frames(): number | undefined {
    return this.#progress.frames;
  }

  /**
   * Writes the parts to ffmpeg's standard input. Resolves when all parts are written; until then, the data must not
   * change. Rejects with RecorderError if ffmpeg has ended, or takes no input for 10 s and is killed.
   */
  async write(...parts: readonly Uint8Array[]): Promise<void> {
    for (const pieces of inPieces(parts)) {
      this.#idleChecks = 0;
      if (!(await this.#patiently(this.#writeAll(pieces)))) throw await this.#failure();
    }
  }

  /**
   * Ends ffmpeg's input. Resolves when ffmpeg has finished the file. Rejects with RecorderError if ffmpeg fails, or makes
   * no progress for 10 s and is killed.
   */
  async finish(): Promise<void> {
    this.#isFinishing = true;
    this.#child.stdin.end();
    this.#idleChecks = 0;
    const failure = await this.#patiently(this.#ended);
    if (failure) throw failure;
  }

  /** Resolves with whether all pieces were written. */
  async #writeAll(pieces: readonly Uint8Array[]): Promise<boolean> {
    const { stdin } = this.#child;
    stdin.cork();
    const written = pieces.map(
      (piece) => new Promise<boolean>((resolve) => stdin.write(piece, (error) => resolve(!error))),
    );
    stdin.uncork();
    return !(await Promise.all(written)).includes(false);
  }

  /** Settles like `work`. Kills ffmpeg if it makes no progress meanwhile. */
  async #patiently<T>(work: Promise<T>): Promise<T> {
    // A check that comes late, because this process was blocked or stopped, counts once like any other.
    const timer = setInterval(() => {
      this.#idleChecks++;
      if (this.#idleChecks >= checks) this.#kill();
    }, this.#patience / checks);
    try {
      return await work;
    } finally {
      clearInterval(timer);
    }
  }

  async #failure(): Promise<RecorderError> {
    const failure = await this.#patiently(this.#ended);
    return (
      failure ?? new RecorderError("ERR_RECORDER_FFMPEG_FAILED", "ffmpeg ended before the recording did")
    );
  }

  /** Kills a process that does not respond, together with its children. Later calls have no effect. */
  #kill(): void {
    if (this.#stuck) return;
    const seconds = this.#patience / 1000;
    const doing = this.#isFinishing ? "did not finish the file" : "took no input";
    this.#stuck = new RecorderError("ERR_RECORDER_STUCK", `ffmpeg ${doing} for ${seconds} s and was killed`);
    const { pid } = this.#child;
    try {
      if (pid !== undefined && process.platform !== "win32") process.kill(-pid, "SIGKILL");
      else this.#child.kill("SIGKILL");
    } catch {
      // The process has just ended.
    }
    void this.#letGo(this.#stuck);
  }

  /** Gives up a process that SIGKILL does not end, so that this process can end. */
  async #letGo(error: RecorderError): Promise<void> {
    await Promise.race([this.#ended, delay(deathTimeout)]);
    this.#giveUp(error);
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) stream.destroy();
    this.#child.unref();
  }

  async #end(): Promise<RecorderError | undefined> {
    const givenUp = new Promise<RecorderError>((resolve) => {
      this.#giveUp = resolve;
    });
    const failure = await Promise.race([this.#closed(), givenUp]);
    if (failure) this.#onFailure(failure);
    return failure;
  }

  async #closed(): Promise<RecorderError | undefined> {
    try {
      const [code, signal] = await once(this.#child, "close");
      if (this.#stuck) return this.#stuck;
      if (code === 0 && this.#isFinishing) return undefined;
      const reason = ffmpegReason(this.#log);
      const end = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
      return new RecorderError(
        "ERR_RECORDER_FFMPEG_FAILED",
        reason ? `ffmpeg failed: ${reason}` : `ffmpeg ${end}`,
      );
    } catch (cause) {
      return cannotStart(cause);
    }
  }
}

function cannotStart(cause: unknown): RecorderError {
  const message = `ffmpeg could not be started: ${(cause as Error).message}`;
  return new RecorderError("ERR_RECORDER_FFMPEG_FAILED", message, { cause });
}

/** Yields the parts in groups of at most {@link pieceLength} bytes, without copying. */
function* inPieces(parts: readonly Uint8Array[]): Generator<Uint8Array[]> {
  let group: Uint8Array[] = [];
  let room = pieceLength;
  for (const part of parts) {
    for (let start = 0; start < part.byteLength; ) {
      const piece = part.subarray(start, start + room);
      group.push(piece);
      start += piece.byteLength;
      room -= piece.byteLength;
      if (room > 0) continue;
      yield group;
      group = [];
      room = pieceLength;
    }
  }
  if (group.length > 0) yield group;
}
