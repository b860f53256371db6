import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Failure } from "./failure.ts";
import type { Order, Result } from "./order.ts";

/** Milliseconds after which a run has failed. */
const timeout = 45_000;

/** The folder of the bench's files that a run starts as processes. */
export const ownFolder: URL = new URL("./", import.meta.url);

/**
 * Runs one order in two new processes, which run the bench's files in `folder`. Rejects with an Error whose message gives
 * the reason in one line.
 */
export async function runPair(order: Omit<Order, "path">, folder: URL = ownFolder): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  const file = fileURLToPath(new URL("receiver.ts", folder));
  const child = fork(file, [JSON.stringify({ ...order, path: join(directory, "s") })], {
    cwd: fileURLToPath(folder),
    execArgv: ["--import", "tsx"],
    serialization: "advanced",
  });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, timeout);
  try {
    const [result] = (await Promise.race([once(child, "message"), once(child, "exit")])) as [
      Result | Failure | number | null,
    ];
    if (isLate) throw new Error(`no result within ${timeout / 1000} s`);
    if (typeof result !== "object" || result === null)
      throw new Error(`the receiver ended with ${child.signalCode ?? child.exitCode}`);
    if ("failure" in result) throw new Error(result.failure);
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    return result;
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
    await rm(directory, { recursive: true });
  }
}
