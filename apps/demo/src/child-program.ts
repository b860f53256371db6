import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { rmdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ProcessFamily } from "./process-family.ts";

/** Options of {@link ChildProgram.start}. */
export interface ChildProgramOptions {
  /** The file of the program, beside the bundle of the app process. */
  readonly file: string;
  /** The first argument of the program, as JSON. */
  readonly order: unknown;
  /** Environment variables that the program gets in addition. */
  readonly env: NodeJS.ProcessEnv;
}

/** How a program has ended. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The reason that was given to {@link ChildProgram.kill}. */
  readonly killedFor: string | undefined;
}

/** A program of the demo that runs as a child of the app process. Messages travel through the IPC channel of fork(). */
export class ChildProgram {
  /** Resolves when the program has ended. The programs that it started may still run, see {@link clear}. */
  readonly ended: Promise<ProgramEnd>;
  readonly #child: ChildProcess;
  readonly #family: ProcessFamily;
  #killedFor: string | undefined;

  private constructor(child: ChildProcess, family: ProcessFamily) {
    this.#child = child;
    this.#family = family;
    // Without a listener, a failed message or signal would end this process. The 'exit' event follows.
    child.on("error", () => {});
    this.ended = new Promise((resolve) => {
      child.once("exit", (code, signal) => resolve({ code, signal, killedFor: this.#killedFor }));
    });
  }

  /**
   * Starts the program. Its standard output and standard error go to the standard error of this process. Rejects with the
   * system error if the program cannot be started.
   */
  static async start({ file, order, env }: ChildProgramOptions): Promise<ChildProgram> {
    const family = ProcessFamily.create();
    try {
      const path = fileURLToPath(new URL(file, import.meta.url));
      const child = fork(path, [JSON.stringify(order)], {
        env: { ...process.env, ...family.environment, ...env },
        stdio: ["ignore", 2, 2, "ipc"],
        // A process group of its own, so that Ctrl-C and a SIGTERM to the group of the app process reach only the app
        // process, which stops the program. On Windows, the option would open a console window.
        detached: process.platform !== "win32",
      });
      await once(child, "spawn");
      return new ChildProgram(child, family);
    } catch (error) {
      rmdirSync(family.folder);
      throw error;
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Calls `listener` with each message of the program. */
  onMessage(listener: (message: unknown) => void): void {
    this.#child.on("message", listener);
  }

  /** Sends a message to the program, unless it has ended. */
  send(message: object): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /**
   * Asks the program to end with a message of type `"stop"`. Kills the program if it does not end within `timeout` ms.
   * Resolves when it has ended.
   *
   * @param reason The reason of {@link kill}.
   */
  async stop(timeout: number, reason: string): Promise<void> {
    this.send({ type: "stop" });
    const timer = setTimeout(() => this.kill(reason), timeout);
    await this.ended;
    clearTimeout(timer);
  }

  /** Kills the program. `reason` is a sentence for the user. */
  kill(reason: string): void {
    this.#killedFor ??= reason;
    // On Windows, nothing else finds the programs that the program has started; see ProcessFamily.
    if (process.platform === "win32") execFile("taskkill", ["/pid", String(this.pid), "/T", "/F"], () => {});
    else this.#child.kill("SIGKILL");
  }

  /**
   * Waits for the end of the program, kills everything that it has started, and removes its temporary files. Resolves with
   * whether nothing is left. Never rejects.
   */
  async clear(): Promise<boolean> {
    await this.ended;
    return this.#family.end();
  }
}

/** Returns a sentence for the user about the end of a program. `name` begins the sentence, such as "The capture process". */
export function describeEnd(name: string, { code, signal, killedFor }: ProgramEnd): string {
  if (killedFor !== undefined) return killedFor;
  if (signal === "SIGKILL") return `${name} was killed.`;
  if (signal) return `${name} was ended by ${signal}.`;
  return code === 0 ? `${name} has ended.` : `${name} has ended (exit code ${code}).`;
}
