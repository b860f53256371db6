import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";

/** Those that run, and no others: what a test holds on to must not look like a leak. */
const running = new Set<Child<unknown>>();

afterEach(() => Promise.all([...running].map((child) => child.kill())));

/** A process that runs one of the fixtures, and is killed when the test is over. It reports by lines of JSON. */
export class Child<Report> implements AsyncIterable<Report> {
  readonly #process: ChildProcessByStdio<null, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  /** Its exit code, `null` where it was killed. */
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

  /** The next thing it reports; `undefined` when it is gone, and all was read that it had reported. */
  async next(): Promise<Report | undefined> {
    const line = await this.#lines.next();
    return line.done ? undefined : JSON.parse(line.value);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Report, void> {
    for (let report = await this.next(); report !== undefined; report = await this.next()) yield report;
  }

  /** Gives it no chance to say goodbye. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.exited;
  }
}
