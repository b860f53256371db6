import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { listProcesses, type ProcessEntry } from "./process-table.ts";

/** Pause between two searches for remaining processes, in ms. */
const searchInterval = 20;

/** Number of searches until {@link ProcessFamily.end} gives up, because a process cannot be killed. */
const mostSearches = 100;

/**
 * The processes that use one temporary folder: the capture process and everything that it starts, such as a browser and
 * ffmpeg. The folder identifies them after their parent has ended, and in process groups and sessions of their own.
 */
export class ProcessFamily {
  /** The temporary folder. Profiles and other files of the family are created here. */
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Creates the temporary folder. Throws the system error if that fails. */
  static create(): ProcessFamily {
    // The name is short, because Chromium creates a socket in the folder, and paths of sockets are limited.
    return new ProcessFamily(mkdtempSync(join(tmpdir(), "demo-")));
  }

  /** Environment variables that make a process a member of the family. */
  get environment(): NodeJS.ProcessEnv {
    return { TMPDIR: this.folder, TMP: this.folder, TEMP: this.folder };
  }

  /**
   * Kills all members except this process, and removes the folder. Resolves with whether everything is gone. Call it again
   * later if not, for example because too many files are open.
   */
  async end(): Promise<boolean> {
    const isAlone = await this.#killAll();
    try {
      await rm(this.folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
      return isAlone;
    } catch {
      return false;
    }
  }

  /** Resolves with whether no member is left. */
  async #killAll(): Promise<boolean> {
    for (let searches = 0; searches < mostSearches; searches++) {
      const members = await listProcesses()
        .then((all) => membersOf(all, this.folder))
        .catch(() => undefined);
      if (!members) return false;
      if (members.length === 0) return true;
      for (const pid of members) kill(pid);
      await delay(searchInterval);
    }
    return false;
  }
}

/**
 * Returns the processes whose environment or arguments name the folder, and their descendants, without this process. A
 * process may overwrite its environment, as the children of Chromium do, so the arguments are searched too.
 */
export function membersOf(processes: readonly ProcessEntry[], folder: string): number[] {
  const marks = ["\0", "/"].map((end) => `=${folder}${end}`);
  const members = new Set(
    processes.filter(({ text }) => marks.some((mark) => text.includes(mark))).map(({ pid }) => pid),
  );
  members.delete(process.pid);
  for (let before = -1; before !== members.size; ) {
    before = members.size;
    for (const { pid, parent } of processes) if (members.has(parent)) members.add(pid);
  }
  return [...members];
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // The process has ended in the meantime.
  }
}
