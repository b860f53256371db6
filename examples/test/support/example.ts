import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** Maximum duration of an example, in milliseconds. */
const limit = 30_000;

/** How a program ended, and its output. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program of the examples. Resolves when the program exits, whatever the exit code. `runtime` is the folder for the
 * program's sockets.
 */
export async function start(
  command: string,
  name: string,
  runtime: string,
  ...args: string[]
): Promise<Ending> {
  const file = fileURLToPath(new URL(`../../${name}`, import.meta.url));
  // Each test has its own socket folder, so that programs of different tests do not connect to each other.
  const env = { ...process.env, XDG_RUNTIME_DIR: runtime };
  const options = { env, timeout: limit, killSignal: "SIGKILL" } as const;
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(command, [file, ...args], {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code, signal] = await once(child, "close");
  const [stdout, stderr] = await output;
  return { code, signal, stdout, stderr };
}

/** Runs a JavaScript program of the examples and returns the lines that it printed. Rejects if the program fails. */
export async function run(name: string, runtime: string, ...args: string[]): Promise<string[]> {
  return linesOf(name, await start(process.execPath, name, runtime, ...args));
}

/** Returns the lines that a program printed. Throws if the program failed. */
export function linesOf(name: string, { code, signal, stdout, stderr }: Ending): string[] {
  if (code !== 0 || stderr) throw new Error(`${name} ended with ${signal ?? code}:\n${stdout}\n${stderr}`);
  return stdout.trimEnd().split("\n");
}
