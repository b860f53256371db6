import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Failure } from "./failure.ts";
import type { PairParameters, Result } from "./pair-parameters.ts";

/** Maximum duration of a run, in ms. */
const timeout = 45_000;

/** URL of the folder with the files of this bench. */
export const ownFolder: URL = new URL("./", import.meta.url);

/**
 * Measures one transport run in two new processes, which run the bench files in `folder`. Rejects with an Error with a
 * one-line message.
 */
export async function runPair(
  parameters: Omit<PairParameters, "path">,
  folder: URL = ownFolder,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  const file = fileURLToPath(new URL("receiver.ts", folder));
  const child = fork(file, [JSON.stringify({ ...parameters, path: join(directory, "s") })], {
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
