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
  /** The source is open. */
  source: [source: Extract<CaptureMessage, { type: "source" }>];
  /** A sentence for the user. */
  note: [text: string];
  /** More frames were left out of the recording; how many. */
  leftOut: [frames: number];
}

/** Milliseconds that the capture process may take to stop. */
const stopTimeout = 5000;

/** The capture process, as a child of the app process. */
export class CaptureProcess extends EventEmitter<CaptureProcessEvents> implements AsyncDisposable {
  /** Resolves when the process has ended: with a sentence that says why, or `undefined` if {@link stop} ended it. */
  readonly ended: Promise<string | undefined>;
  readonly #child: ChildProcess;
  #source: string | undefined;
  #video: UploadCounts | undefined;
  #leftOut = 0;
  #usage: ProcessUsage | undefined;
  #failure: string | undefined;
  #isStopping = false;
  /** Whether it was killed because it did not stop in time. */
  #isForced = false;
  #wasKilled = false;

  private constructor(child: ChildProcess) {
    super();
    this.#child = child;
    child.on("message", (message: CaptureMessage) => this.#receive(message));
    this.ended = once(child, "exit").then(([code, signal]) => {
      this.#wasKilled = signal === "SIGKILL" && !this.#isForced;
      if (this.#failure) return `The capture process gave up: ${this.#failure}.`;
      if (this.#isStopping && code === 0) return undefined;
      return `The capture process has ended (${signal ?? `exit code ${code}`}).`;
    });
  }

  /** Starts the process. Its output goes to standard error. */
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

  /** Whether someone other than {@link stop} killed it. */
  get wasKilled(): boolean {
    return this.#wasKilled;
  }

  /** Description of the source; `undefined` until it is open. */
  get source(): string | undefined {
    return this.#source;
  }

  /** The latest counts of frames that it reported. */
  get video(): UploadCounts | undefined {
    return this.#video;
  }

  /** CPU and memory that it used; known after a regular {@link stop}. */
  get usage(): ProcessUsage | undefined {
    return this.#usage;
  }

  /** Lets the process send its last frame and its report; kills it if it does not end in time. Resolves when it has ended. */
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

  /** Kills the process, as a crash would. */
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
