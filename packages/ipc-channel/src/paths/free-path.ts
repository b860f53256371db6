import { lstatSync, type Stats, unlinkSync } from "node:fs";
import { lstat } from "node:fs/promises";
import { errnoOf, systemError } from "../errors/system-error.ts";
import { probeSocket } from "../sockets/probe-socket.ts";

/**
 * Removes a socket at `path` that a crashed process has left behind and that refuses connections. The caller must hold the
 * lock of the path. Throws ERR_IPC_PATH_IN_USE if a process listens at `path` or the file is not a socket. Also throws
 * ERR_IPC_PATH_INVALID or ERR_IPC_RESOURCES.
 */
export async function freePath(path: string): Promise<void> {
  const stats = await lstat(path).catch((cause) => {
    if (errnoOf(cause) === "ENOENT") return undefined;
    throw systemError("ERR_IPC_PATH_INVALID", `cannot read the status of ${path}`, cause);
  });
  if (!stats) return;
  if (!stats.isSocket()) throw systemError("ERR_IPC_PATH_IN_USE", `${path} is a file that is not a socket`);
  const probe = await probeSocket(path);
  if (probe.state === "missing") return;
  if (probe.state === "held") {
    throw systemError("ERR_IPC_PATH_IN_USE", `another process listens at ${path}`, probe.cause);
  }
  try {
    // A program that ignores the lock may have replaced the file. The check and the removal are synchronous, so that little time passes between them.
    const now = lstatSync(path);
    if (!isSameSocket(stats, now) || stats.mtimeMs !== now.mtimeMs) throw new Error("the file has changed");
    unlinkSync(path);
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return;
    throw systemError("ERR_IPC_PATH_IN_USE", `the dead socket at ${path} cannot be removed`, cause);
  }
}

/** Removes the socket at `path` if it is still the file with these `stats`. Never throws. */
export function removeOwnSocket(path: string, stats: Stats): void {
  try {
    // No other process replaces the socket while its owner listens, so the file cannot change between the check and unlink.
    if (isSameSocket(stats, lstatSync(path))) unlinkSync(path);
  } catch {
    // The file is gone or cannot be removed. The socket will refuse connections, so the next listener replaces it.
  }
}

function isSameSocket(one: Stats, other: Stats): boolean {
  return other.isSocket() && one.dev === other.dev && one.ino === other.ino;
}
