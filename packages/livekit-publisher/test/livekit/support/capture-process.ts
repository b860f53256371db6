import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const file = fileURLToPath(new URL("capture.mjs", import.meta.url));

/** Options of capture.mjs. */
export interface CaptureOptions {
  readonly width?: number;
  readonly height?: number;
  readonly fps?: number;
  readonly rotation?: 0 | 90 | 180 | 270;
  readonly tone?: number;
  readonly start?: number;
}

/** Messages of capture.mjs, each with one of these fields. */
interface CaptureReport {
  readonly connected?: true;
  readonly uploaded?: number;
  readonly demand?: { readonly video: unknown; readonly audio: unknown };
  readonly message?: { readonly type: string; readonly data: unknown };
  readonly failure?: string;
}

/** A capture process that uploads the test pattern. */
export class CaptureProcess implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly messages: { readonly type: string; readonly data: unknown }[] = [];
  readonly failures: string[] = [];
  /** The newest demand; `undefined` before the first one. */
  demand: { readonly video: unknown; readonly audio: unknown } | undefined;
  /** Number of frames that were captured, up to 200 ms late. */
  uploaded = 0;
  /** Resolves when the process has connected. */
  readonly connected: Promise<void>;

  constructor(path: string, options: CaptureOptions = {}) {
    this.#process = spawn(process.execPath, [file, path, JSON.stringify(options)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const { stdout } = this.#process;
    if (!stdout) throw new Error("the process has no stdout");
    this.connected = new Promise((resolve) => {
      createInterface(stdout).on("line", (line) => {
        const report: CaptureReport = JSON.parse(line);
        if (report.connected) resolve();
        if (report.uploaded !== undefined) this.uploaded = report.uploaded;
        if (report.demand) this.demand = report.demand;
        if (report.message) this.messages.push(report.message);
        if (report.failure) this.failures.push(report.failure);
      });
    });
  }

  /** Changes options of the running process, and captures one frame at once. */
  change(options: CaptureOptions): void {
    this.#process.stdin?.write(`${JSON.stringify(options)}\n`);
  }

  /** Kills the process with SIGKILL, so it cannot close its connection. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
