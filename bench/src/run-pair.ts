import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Order, Result } from "./order.ts";

/** A run that takes longer than this has failed, in ms. */
const timeout = 45_000;

/** Runs one order in two processes of its own. */
export async function runPair(order: Omit<Order, "path">): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  const file = fileURLToPath(new URL("receiver.ts", import.meta.url));
  const child = fork(file, [JSON.stringify({ ...order, path: join(folder, "s") })], {
    execArgv: ["--import", "tsx"],
    serialization: "advanced",
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), timeout);
  try {
    const [result] = (await Promise.race([once(child, "message"), once(child, "exit")])) as [
      Result | number | null,
    ];
    if (typeof result !== "object" || result === null) throw new Error(`${order.peer}: the receiver ended`);
    await once(child, "exit");
    return result;
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
    await rm(folder, { recursive: true });
  }
}
