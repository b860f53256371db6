import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { height, width } from "./screen-size.ts";

/** A virtual X display (Xvfb) that has the size of the frames. */
export class XDisplay implements AsyncDisposable {
  /** The display's name, such as `:99`. */
  readonly name: string;
  readonly #xvfb: ChildProcess;

  private constructor(xvfb: ChildProcess, name: string) {
    this.#xvfb = xvfb;
    this.name = name;
  }

  /** Rejects if Xvfb is not installed. */
  static async open(): Promise<XDisplay> {
    const args = ["-displayfd", "3", "-screen", "0", `${width}x${height}x24`, "-noreset", "-nolisten", "tcp"];
    const xvfb = spawn("Xvfb", args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
    await once(xvfb, "spawn").catch((cause) => Promise.reject(new Error("Xvfb is not installed", { cause })));
    const [number] = await once(xvfb.stdio[3] as Readable, "data");
    return new XDisplay(xvfb, `:${String(number).trim()}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#xvfb.exitCode !== null || this.#xvfb.signalCode !== null) return;
    this.#xvfb.kill();
    await once(this.#xvfb, "exit");
  }
}
