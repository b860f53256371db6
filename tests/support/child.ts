import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";

/** The running processes. Ended processes are removed, because the references would look like a leak. */
const running = new Set<Child<unknown>>();

afterEach(() => Promise.all([...running].map((child) => child.kill())));

/** A process that runs a fixture and prints each report as a line of JSON. The process is killed at the end of the test. */
export class Child<Report> implements AsyncIterable<Report> {
  readonly #process: ChildProcessByStdio<null, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  /** Resolves with the exit code, or with `null` if the process was killed. */
  readonly exited: Promise<number | null>;

  constructor(fixture: string, path: string, options: unknown) {
    const file = fileURLToPath(new URL(`../fixtures/${fixture}`, import.meta.url));
    this.#process = spawn(process.execPath, [file, path, JSON.stringify(options)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.exited = once(this.#process, "exit").then(([code]) => {
      running.delete(this);
      return code;
    });
    this.#lines = createInterface(this.#process.stdout)[Symbol.asyncIterator]();
    running.add(this);
  }

  /** Returns the next report, or `undefined` after the last report of an ended process. */
  async next(): Promise<Report | undefined> {
    const line = await this.#lines.next();
    return line.done ? undefined : JSON.parse(line.value);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Report, void> {
    for (let report = await this.next(); report !== undefined; report = await this.next()) yield report;
  }

  /** Kills the process with SIGKILL, so it cannot close its connection. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.exited;
  }
}
