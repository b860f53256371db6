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
  /** It has opened its source. */
  source: [source: Extract<CaptureMessage, { type: "source" }>];
  /** It has something to say, in a sentence. */
  note: [text: string];
  /** So many more pictures were left out of the recording. */
  leftOut: [pictures: number];
}

/** How long the capture process may take to stop, in ms. */
const stopTimeout = 5000;

/** The capture process, as the app process sees it. */
export class CaptureProcess extends EventEmitter<CaptureProcessEvents> implements AsyncDisposable {
  /** Resolves when the process has ended, with a sentence on how where that was not asked for. */
  readonly ended: Promise<string | undefined>;
  readonly #child: ChildProcess;
  #source: string | undefined;
  #video: UploadCounts | undefined;
  #leftOut = 0;
  #usage: ProcessUsage | undefined;
  #failure: string | undefined;
  #isStopping = false;
  /** Whether it did not stop in time. */
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

  /** Starts it; what it prints goes to standard error. */
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

  /** Whether somebody has killed it. */
  get wasKilled(): boolean {
    return this.#wasKilled;
  }

  /** What it captures, in words; `undefined` until it has opened that. */
  get source(): string | undefined {
    return this.#source;
  }

  /** The newest counts of pictures that it has told. */
  get video(): UploadCounts | undefined {
    return this.#video;
  }

  /** What it has used; known once it was stopped in good order. */
  get usage(): ProcessUsage | undefined {
    return this.#usage;
  }

  /** Lets it send its last picture and report; resolves when it has ended, by force if need be. */
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

  /** Ends it without a word, as a crash would. */
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
