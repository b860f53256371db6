import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";

/** A running process. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** The environment and the arguments, as far as this user may read them. */
  readonly text: string;
}

/**
 * Lists the running processes, without zombies. Rejects with the system error if the list cannot be read, for example
 * because too many files are open. Returns an empty list on Windows.
 */
export async function listProcesses(): Promise<readonly ProcessEntry[]> {
  if (process.platform === "win32") return [];
  // On Linux, /proc is read, because a program such as ps cannot be started while resources are short.
  return process.platform === "linux" ? readProc() : runPs();
}

function readProc(): readonly ProcessEntry[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => readProcess(Number(pid))).filter((entry) => entry !== undefined);
}

/** Returns `undefined` if the process has ended. */
function readProcess(pid: number): ProcessEntry | undefined {
  const stat = readOwn(`/proc/${pid}/stat`);
  // The name before the last bracket may contain spaces and brackets.
  const [state = "Z", parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (stat === "" || state === "Z" || state === "X") return undefined;
  const text = `${readOwn(`/proc/${pid}/environ`)}\0${readOwn(`/proc/${pid}/cmdline`)}\0`;
  return { pid, parent: Number(parent), text };
}

/** Reads a file of a process. Returns "" if the process has ended or belongs to another user. */
function readOwn(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EMFILE" || code === "ENFILE") throw error;
    return "";
  }
}

/** Runs the ps of macOS and BSD, which prints the environment after the arguments. */
async function runPs(): Promise<readonly ProcessEntry[]> {
  const args = ["-AEww", "-o", "pid=,ppid=,state=,command="];
  const { stdout } = await promisify(execFile)("ps", args, { maxBuffer: 64 * 1024 * 1024 });
  return [...stdout.matchAll(/^ *(\d+) +(\d+) +([^Z]\S*) +(.*)$/gm)].map(([, pid, parent, , text = ""]) => {
    return { pid: Number(pid), parent: Number(parent), text: `${text.replaceAll(" ", "\0")}\0` };
  });
}
