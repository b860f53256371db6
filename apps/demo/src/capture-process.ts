import { type ChildProcess, fork } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { fileURLToPath } from "node:url";
import type { UploadCounts } from "@broadcast-ipc/uploader";
import {
  type AppMessage,
  type CaptureCounts,
  type CaptureMessage,
  type CaptureOrder,
  tokenVariable,
} from "./capture-messages.ts";
import type { ProcessUsage } from "./process-usage.ts";

interface CaptureProcessEvents {
  /** Emitted when the source is open. */
  source: [source: Extract<CaptureMessage, { type: "source" }>];
  /** Emitted with text to print for the user. */
  note: [text: string];
  /** Emitted with the number of frames left out of the recording since the last event. */
  leftOut: [frames: number];
}

/** Longest wait for the capture process to stop, in ms. */
const stopTimeout = 5000;

/** Starts, monitors and stops the capture process, which is a child of the app process. */
export class CaptureProcess extends EventEmitter<CaptureProcessEvents> implements AsyncDisposable {
  /** Resolves when the process has ended: with `undefined` after a normal {@link stop}, otherwise with the reason. */
  readonly ended: Promise<string | undefined>;
  readonly #child: ChildProcess;
  #source: string | undefined;
  #video: UploadCounts | undefined;
  #leftOut = 0;
  #usage: ProcessUsage | undefined;
  #failure: string | undefined;
  #isStopping = false;
  /** Whether {@link stop} killed the process because it did not end in time. */
  #isForced = false;
  #wasKilled = false;

  private constructor(child: ChildProcess) {
    super();
    this.#child = child;
    child.on("message", (message: CaptureMessage) => this.#receive(message));
    this.ended = once(child, "exit").then(([code, signal]) => {
      this.#wasKilled = signal === "SIGKILL" && !this.#isForced;
      if (this.#failure) return `The capture process failed: ${this.#failure}.`;
      if (this.#isStopping && code === 0) return undefined;
      return `The capture process has ended (${signal ?? `exit code ${code}`}).`;
    });
  }

  /** Starts the process. Its standard output and standard error go to the standard error of this process. */
  static start(order: CaptureOrder, token: string): CaptureProcess {
    const file = fileURLToPath(new URL("capture.js", import.meta.url));
    const child = fork(file, [JSON.stringify(order)], {
      env: { ...process.env, [tokenVariable]: token },
      stdio: ["ignore", 2, 2, "ipc"],
    });
    return new CaptureProcess(child);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether something other than {@link stop} killed the process. */
  get wasKilled(): boolean {
    return this.#wasKilled;
  }

  /** Description of the source; `undefined` until the source is open. */
  get source(): string | undefined {
    return this.#source;
  }

  /** The frame counts that the process reported last. */
  get video(): UploadCounts | undefined {
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
  async stop(): Promise<void> {
    if (this.#child.connected && !this.#isStopping) {
      this.#isStopping = true;
      this.#child.send({ type: "stop" } satisfies AppMessage, () => {});
    }
    const timer = setTimeout(() => {
      this.#isForced = true;
      this.kill();
    }, stopTimeout);
    await this.ended;
    clearTimeout(timer);
  }

  /** Kills the process with SIGKILL. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
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
        this.#failure = message.message;
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
