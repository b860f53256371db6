import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** How long an example may take, in ms. */
const limit = 30_000;

/** Runs a program of the examples to its end and returns the lines that it printed; rejects unless it ended well. */
export async function run(name: string, runtime: string, ...args: string[]): Promise<string[]> {
  const file = fileURLToPath(new URL(`../../${name}`, import.meta.url));
  // Where the sockets are, so that nothing else that runs meanwhile is met there.
  const env = { ...process.env, XDG_RUNTIME_DIR: runtime };
  const options = { env, timeout: limit, killSignal: "SIGKILL" } as const;
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(process.execPath, [file, ...args], {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code, signal] = await once(child, "close");
  const [stdout, stderr] = await output;
  if (code !== 0 || stderr) throw new Error(`${name} ended with ${signal ?? code}:\n${stdout}\n${stderr}`);
  return stdout.trimEnd().split("\n");
}
