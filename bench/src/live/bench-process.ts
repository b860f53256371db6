import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Failure } from "../failure.ts";

/** A message between the processes of a live run. */
export interface BenchMessage {
  readonly type: string;
}

interface Waiting {
  readonly type: string;
  readonly resolve: (message: never) => void;
  readonly reject: (error: Error) => void;
}

/** A child process of the bench. */
export class BenchProcess {
  readonly #child: ChildProcess;
  readonly #arrived: BenchMessage[] = [];
  #waiting: Waiting[] = [];
  #failure: string | undefined;

  /** `node` is the executable of Node that runs the file. */
  constructor(file: URL, parameters: object, node: string = process.execPath) {
    this.#child = fork(fileURLToPath(file), [JSON.stringify(parameters)], {
      cwd: fileURLToPath(new URL("./", file)),
      execPath: node,
      execArgv: ["--import", "tsx"],
      serialization: "advanced",
    });
    this.#child.on("message", (message: BenchMessage | Failure) => {
      if ("failure" in message) this.#failure = message.failure;
      else this.#take(message);
    });
    this.#child.on("exit", () => {
      for (const { reject } of this.#waiting.splice(0)) reject(this.#endError());
    });
  }

  send(message: BenchMessage & Record<string, unknown>): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** Resolves with the next message of this type. Rejects if the process ends first. */
  next<M extends BenchMessage>(type: M["type"]): Promise<M> {
    const index = this.#arrived.findIndex((message) => message.type === type);
    if (index >= 0) return Promise.resolve(this.#arrived.splice(index, 1)[0] as M);
    if (this.#hasEnded) return Promise.reject(this.#endError());
    return new Promise((resolve, reject) => this.#waiting.push({ type, resolve, reject }));
  }

  /** Kills the process; resolves when it has ended. */
  async kill(): Promise<void> {
    if (this.#hasEnded) return;
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #endError(): Error {
    const { exitCode, signalCode } = this.#child;
    return new Error(this.#failure ?? `a process ended with ${signalCode ?? exitCode}`);
  }

  #take(message: BenchMessage): void {
    const waiting = this.#waiting.find(({ type }) => type === message.type);
    if (!waiting) {
      this.#arrived.push(message);
      return;
    }
    this.#waiting = this.#waiting.filter((other) => other !== waiting);
    waiting.resolve(message as never);
  }
}
