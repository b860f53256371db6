import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Whether a process is running. A zombie does not count as running. */
export async function isRunning(pid: number): Promise<boolean> {
  const state = (await processes()).find((process) => process.pid === pid)?.state;
  return state !== undefined && !state.startsWith("Z");
}

/** Returns the process ids of the children of a process. */
export async function childrenOf(pid: number): Promise<number[]> {
  return (await processes()).filter((process) => process.parent === pid).map((process) => process.pid);
}

async function processes(): Promise<{ pid: number; parent: number; state: string }[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,state="]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => {
      const [pid, parent, state = ""] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), state };
    });
}
