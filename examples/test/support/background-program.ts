import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished } from "vitest";

/** A program that runs until the test interrupts it. It is interrupted at the latest when the test ends. */
export class BackgroundProgram {
  readonly #child: ChildProcess;
  #output = "";

  /**
   * @param on Words before the command, see `LinkedHosts.on`. `env` sets the variables, because sudo clears them.
   * @param args Arguments of node.
   */
  constructor(on: readonly string[], args: readonly string[], env: NodeJS.ProcessEnv) {
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const [program = "", ...rest] = [...on, "env", ...variables, process.execPath, ...args];
    this.#child = spawn(program, rest, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on("data", (chunk) => {
        this.#output += chunk;
      });
    onTestFinished(() => this.interrupt());
  }

  /** What the program has printed so far. */
  get output(): string {
    return this.#output;
  }

  /** Resolves when the output matches the pattern. */
  async prints(pattern: RegExp): Promise<void> {
    await expect.poll(() => this.#output, { timeout: 30_000 }).toMatch(pattern);
  }

  /** Interrupts the program. Resolves when it has ended. */
  async interrupt(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "close");
    this.#child.kill("SIGINT");
    await ended;
  }
}
