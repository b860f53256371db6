import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** A report of a fixture, which is one line of JSON on its stdout. */
export interface Report {
  readonly event: string;
  readonly [detail: string]: unknown;
}

/** A process that runs one of test/fixtures. It is killed when the test is over. */
export class Child {
  readonly process: ChildProcess;
  readonly #reports: AsyncIterator<string>;
  readonly #exited: Promise<unknown>;

  constructor(fixture: string, ...args: readonly unknown[]) {
    const file = fileURLToPath(new URL(`../fixtures/${fixture}`, import.meta.url));
    const texts = args.map((arg) => (typeof arg === "string" ? arg : JSON.stringify(arg)));
    this.process = spawn(process.execPath, ["--unhandled-rejections=strict", file, ...texts], {
      stdio: ["pipe", "pipe", "inherit", "pipe"],
    });
    this.#exited = once(this.process, "exit");
    if (!this.process.stdout) throw new Error("no stdout");
    this.#reports = createInterface(this.process.stdout)[Symbol.asyncIterator]();
    onTestFinished(async () => {
      await this.kill();
    });
  }

  /** Returns the next report. Throws if the report has another event. */
  async report(event: string): Promise<Report> {
    const line = await this.#reports.next();
    const report: Report = line.done ? { event: "exit" } : JSON.parse(line.value);
    if (report.event !== event) throw new Error(`expected ${event}, got ${JSON.stringify(report)}`);
    return report;
  }

  /** Writes a line to the fixture's stdin. */
  tell(line: string): void {
    this.process.stdin?.write(`${line}\n`);
  }

  async kill(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.#exited;
  }

  /** Resolves with the exit code when the process exits. */
  async exitCode(): Promise<number | null> {
    await this.#exited;
    return this.process.exitCode;
  }
}
