import { type ChildProcess, execFile, fork } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { rmdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type AppMessage,
  type CaptureCounts,
  type CaptureMessage,
  type CaptureOrder,
  tokenVariable,
} from "./capture-messages.ts";
import { ProcessFamily } from "./process-family.ts";
import type { ProcessUsage } from "./process-usage.ts";

interface CaptureProcessEvents {
  /** Emitted when the source is open. */
  source: [source: Extract<CaptureMessage, { type: "source" }>];
  /** Emitted with text to print for the user. */
  note: [text: string];
  /** Emitted with the number of frames left out of the recording since the last event. */
  leftOut: [frames: number];
}

/** How a capture process has ended. */
export interface CaptureEnd {
  /** A sentence for the user. */
  readonly reason: string;
  /** Whether the process has failed for a reason that another start would meet again, such as a missing browser. */
  readonly isFinal: boolean;
}

/** Longest wait for the capture process to stop, in ms. It delivers its last frames within 3 s. */
const stopTimeout = 5000;

/** Longest wait for a capture process to stop that still opens its source, in ms. It has nothing to deliver. */
const openingStopTimeout = 1000;

const wasKilled = "The capture process was killed.";

/** Starts, monitors and stops the capture process, which is a child of the app process. */
export class CaptureProcess extends EventEmitter<CaptureProcessEvents> {
  /** Resolves when the process has ended. The programs that it started may still run, see {@link clear}. */
  readonly ended: Promise<CaptureEnd>;
  readonly #child: ChildProcess;
  readonly #family: ProcessFamily;
  #source: string | undefined;
  #video: CaptureCounts["video"] | undefined;
  #leftOut = 0;
  #usage: ProcessUsage | undefined;
  #failure: Extract<CaptureMessage, { type: "failed" }> | undefined;
  #killedFor: string | undefined;

  private constructor(child: ChildProcess, family: ProcessFamily) {
    super();
    this.#child = child;
    this.#family = family;
    child.on("message", (message: CaptureMessage) => this.#receive(message));
    // Without a listener, a failed message or signal would end this process. The 'exit' event follows.
    child.on("error", () => {});
    this.ended = new Promise((resolve) => {
      child.once("exit", (code, signal) => resolve(this.#endOf(code, signal)));
    });
  }

  /**
   * Starts the process. Its standard output and standard error go to the standard error of this process. Rejects with the
   * system error if the process cannot be started.
   */
  static async start(order: CaptureOrder, token: string): Promise<CaptureProcess> {
    const family = ProcessFamily.create();
    try {
      const file = fileURLToPath(new URL("capture.js", import.meta.url));
      const child = fork(file, [JSON.stringify(order)], {
        env: { ...process.env, ...family.environment, [tokenVariable]: token },
        stdio: ["ignore", 2, 2, "ipc"],
        // A process group of its own, so that Ctrl-C and a SIGTERM to the group of the app process reach only the app
        // process, which stops the capture process. On Windows, the option would open a console window.
        detached: process.platform !== "win32",
      });
      await once(child, "spawn");
      return new CaptureProcess(child, family);
    } catch (error) {
      rmdirSync(family.folder);
      throw error;
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Description of the source; `undefined` until the source is open. */
  get source(): string | undefined {
    return this.#source;
  }

  /** The frame counts that the process reported last. */
  get video(): CaptureCounts["video"] | undefined {
    return this.#video;
  }

  /** CPU and memory that the process used; `undefined` unless {@link stop} ended the process normally. */
  get usage(): ProcessUsage | undefined {
    return this.#usage;
  }

  /**
   * Asks the process to send its last frame and its report, and to end. Kills the process if it does not end in time.
   * Resolves when the process has ended.
   */
  async stop(): Promise<CaptureEnd> {
    this.#send({ type: "stop" });
    const timeout = this.#source === undefined ? openingStopTimeout : stopTimeout;
    const timer = setTimeout(
      () => this.kill("The capture process did not stop when it was asked to."),
      timeout,
    );
    const end = await this.ended;
    clearTimeout(timer);
    return end;
  }

  /** Asks the process to upload to a recorder, which listens at this socket path. */
  record(path: string): void {
    this.#send({ type: "record", path });
  }

  /**
   * Kills the process.
   *
   * @param reason The reason of {@link CaptureEnd}.
   */
  kill(reason: string = wasKilled): void {
    this.#killedFor ??= reason;
    // On Windows, nothing else finds the programs that the process has started; see ProcessFamily.
    if (process.platform === "win32") execFile("taskkill", ["/pid", String(this.pid), "/T", "/F"], () => {});
    else this.#child.kill("SIGKILL");
  }

  /**
   * Waits for the end of the process, kills everything that it has started, and removes its temporary files. Resolves with
   * whether nothing is left. Never rejects.
   */
  async clear(): Promise<boolean> {
    await this.ended;
    return this.#family.end();
  }

  #send(message: AppMessage): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #endOf(code: number | null, signal: NodeJS.Signals | null): CaptureEnd {
    const failure = this.#failure;
    if (failure)
      return { reason: `The capture process failed: ${failure.message}.`, isFinal: !failure.isPassing };
    const killed = this.#killedFor ?? (signal === "SIGKILL" ? wasKilled : undefined);
    if (killed) return { reason: killed, isFinal: false };
    if (signal) return { reason: `The capture process was ended by ${signal}.`, isFinal: false };
    const detail = code === 0 ? "" : ` (exit code ${code})`;
    return { reason: `The capture process has ended${detail}.`, isFinal: code !== 0 };
  }

  #receive(message: CaptureMessage): void {
    switch (message.type) {
      case "source":
        this.#source = message.name;
        this.emit("source", message);
        break;
      case "note":
        this.emit("note", message.text);
        break;
      case "failed":
        this.#failure = message;
        break;
      case "report":
        this.#usage = message.usage;
        this.#count(message);
        break;
      default:
        this.#count(message);
    }
  }

  #count({ video, leftOut }: CaptureCounts): void {
    const more = leftOut - this.#leftOut;
    this.#video = video;
    this.#leftOut = leftOut;
    if (more > 0) this.emit("leftOut", more);
  }
}
