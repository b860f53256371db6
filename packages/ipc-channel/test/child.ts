import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** What a fixture reports: one JSON object a line. */
export interface Report {
  readonly event: string;
  readonly [detail: string]: unknown;
}

/** A real process that runs one of test/fixtures, and is killed when the test is over. */
export class Child {
  readonly process: ChildProcess;
  readonly #reports: AsyncIterator<string>;
  readonly #exited: Promise<unknown>;

  constructor(fixture: string, ...args: readonly unknown[]) {
    const file = fileURLToPath(new URL(`./fixtures/${fixture}`, import.meta.url));
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

  /** The next report, which has to be of this event. */
  async report(event: string): Promise<Report> {
    const line = await this.#reports.next();
    const report: Report = line.done ? { event: "exit" } : JSON.parse(line.value);
    if (report.event !== event) throw new Error(`${event} expected, not ${JSON.stringify(report)}`);
    return report;
  }

  /** Tells the fixture to go on. */
  tell(line: string): void {
    this.process.stdin?.write(`${line}\n`);
  }

  async kill(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.#exited;
  }

  /** The exit code, once it has ended by itself. */
  async exitCode(): Promise<number | null> {
    await this.#exited;
    return this.process.exitCode;
  }
}
