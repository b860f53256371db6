import { lstatSync, type Stats, unlinkSync } from "node:fs";
import { chmod, link, lstat } from "node:fs/promises";
import type { Server } from "node:net";
import { join } from "node:path";
import { cannotBind, closeServer, listenAt } from "./listen-at.ts";
import type { LockRoom } from "./lock-room.ts";
import { withPathLock } from "./path-lock.ts";
import { probeSocket } from "./probe-socket.ts";
import { withShortAlias } from "./short-alias.ts";
import { absoluteSocketPath, isNamedPipe } from "./socket-path.ts";
import { errnoOf, systemError } from "./system-error.ts";

/** Closes the server of {@link bindSocket} and removes its file, unless another process has bound the path since. */
export type Unbind = () => Promise<void>;

/**
 * Makes the server listen at `path`, mode 0600. An existing file is replaced only if it is a socket that refuses
 * connections; if several processes find such a socket, exactly one of them wins. A relative path is resolved at the call.
 *
 * Throws ERR_IPC_PATH_IN_USE, ERR_IPC_PATH_INVALID, ERR_IPC_RESOURCES, or `signal.reason`; then the server does not listen.
 */
export async function bindSocket(server: Server, path: string, signal?: AbortSignal): Promise<Unbind> {
  const absolute = absoluteSocketPath(path);
  if (isNamedPipe(absolute)) {
    await listenAt(server, absolute);
    return async () => closeServer(server);
  }
  const own = await withPathLock(absolute, signal, async (room) => {
    await makeFree(absolute);
    try {
      return await listenAside(server, absolute, room);
    } catch (error) {
      closeServer(server);
      throw error;
    }
  });
  return async () => {
    try {
      // No other process takes the path over while this one listens, so the file cannot change between the check and unlink.
      if (isSame(own, lstatSync(absolute))) unlinkSync(absolute);
    } catch {
      // The file is gone or cannot be removed. The socket refuses connections from now on, so the next listener replaces it.
    }
    closeServer(server);
  };
}

/**
 * Listens in the room, then links the socket to its path. Nobody can connect before the mode is set. On close, libuv removes
 * the name that it bound, which is the one in the room, and not the path.
 */
async function listenAside(server: Server, path: string, room: LockRoom): Promise<Stats> {
  const { directory, socketName } = room;
  const aside = join(directory, socketName);
  await withShortAlias(directory, socketName.length + 1, (name) => listenAt(server, join(name, socketName)));
  try {
    await chmod(aside, 0o600);
    const stats = await lstat(aside);
    // Unlike rename, link never replaces a file that a program without this lock has created meanwhile.
    await link(aside, path);
    return stats;
  } catch (cause) {
    throw cannotBind(path, cause);
  }
}

/** Removes a dead socket at the path; throws if anything else is there. */
async function makeFree(path: string): Promise<void> {
  const stats = await lstat(path).catch((cause) => {
    if (errnoOf(cause) === "ENOENT") return undefined;
    throw systemError("ERR_IPC_PATH_INVALID", `cannot look at ${path}`, cause);
  });
  if (!stats) return;
  if (!stats.isSocket()) throw systemError("ERR_IPC_PATH_IN_USE", `${path} is a file that is not a socket`);
  const probe = await probeSocket(path);
  if (probe.state === "missing") return;
  if (probe.state === "held") {
    throw systemError("ERR_IPC_PATH_IN_USE", `another process listens at ${path}`, probe.cause);
  }
  try {
    // A program without this lock may have replaced the file. The check and the removal are synchronous, to stay close together.
    const now = lstatSync(path);
    if (!isSame(stats, now) || stats.mtimeMs !== now.mtimeMs) throw new Error("it has changed");
    unlinkSync(path);
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return;
    const what = `the dead socket at ${path} cannot be removed`;
    throw systemError("ERR_IPC_PATH_IN_USE", what, cause);
  }
}

function isSame(one: Stats, other: Stats): boolean {
  return other.isSocket() && one.dev === other.dev && one.ino === other.ino;
}
