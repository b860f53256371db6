import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Report } from "../../src/report.ts";

const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** How the demo ended, and its output. */
export interface DemoEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built demo in its own process. */
export class RunningDemo implements AsyncDisposable {
  readonly ended: Promise<DemoEnd>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  #stderr = "";

  /** @param options `detached`: in a process group of its own, whose id is {@link pid}. `cwd`: the working folder. */
  constructor(
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
    { detached = false, cwd }: { readonly detached?: boolean; readonly cwd?: string } = {},
  ) {
    this.#child = spawn(process.execPath, [main, ...args], {
      detached,
      cwd,
      env: { ...process.env, DISPLAY: undefined, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stdout = text(this.#child.stdout);
    this.#child.stderr.on("data", (chunk) => {
      this.#stderr += chunk;
    });
    this.ended = once(this.#child, "close").then(async ([code, signal]) => {
      return { code, signal, stdout: await stdout, stderr: this.#stderr };
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves with the first capture group of `pattern` when standard error matches. Rejects if the demo ends first. */
  async find(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.#stderr)?.[1];
      if (found !== undefined) return found;
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(`the demo ended without printing ${pattern}:\n${this.#stderr}`);
      }
      await Promise.race([once(this.#child.stderr, "data"), this.ended]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGKILL");
    await this.ended;
  }
}

/** Runs the demo with `--json` until it ends. Returns its report, exit code and output. */
export async function runDemo(
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<DemoEnd & { report: Report }> {
  await using demo = new RunningDemo(["--port", "0", "--json", ...args], env);
  const end = await demo.ended;
  return { ...end, report: JSON.parse(end.stdout) as Report };
}
