import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { RegionAnnouncement } from "../../src/region/region-announcement.ts";
import { parseAnnouncement, printAnnouncement } from "./announcement-text.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const fixture = fileURLToPath(new URL("../fixtures/peer.ts", import.meta.url));

/** A process that makes or opens a region. It is killed when the test is over. */
export class Peer {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #exit: Promise<unknown>;

  /** `wrapper` is a command that runs the process. */
  constructor(task: "make" | "open" | "open-as-nobody", ...wrapper: readonly string[]) {
    const [command, ...args] = [
      ...wrapper,
      process.execPath,
      "--no-warnings",
      "--import",
      "tsx",
      fixture,
      task,
    ];
    const child = spawn(command as string, args, { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
    this.#process = child;
    this.#exit = once(child, "exit");
    this.#lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    onTestFinished(() => this.kill());
  }

  /** Returns the announcement of the region that the process has made. */
  async announcement(): Promise<RegionAnnouncement> {
    return parseAnnouncement(await this.#line());
  }

  /** Has the process open the region. Resolves with "mapped" or the reason. */
  open(announcement: RegionAnnouncement): Promise<string> {
    this.#process.stdin?.write(`${printAnnouncement(announcement)}\n`);
    return this.#line();
  }

  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#exit;
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("the process has ended");
    return value;
  }
}
