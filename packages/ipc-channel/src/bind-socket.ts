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

/** Frees what {@link bindSocket} bound; resolves when the path is free, or somebody else's. */
export type Unbind = () => Promise<void>;

/**
 * Makes the server listen at `path`, mode 0600. What is at the path is replaced only if it is a socket that refuses
 * connections, and of several processes that find such a one exactly one wins. A relative path is made absolute at the call.
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
      // As long as we listen nobody takes the path over, so it stays ours from the look to the removal.
      if (isSame(own, lstatSync(absolute))) unlinkSync(absolute);
    } catch {
      // It is gone, or cannot be removed; the socket refuses connections from here on, so the next one takes it over.
    }
    closeServer(server);
  };
}

/**
 * Listens in the room, and gives the socket its path once it is ready: it cannot be reached before its mode is set, and
 * libuv, which removes the name that it bound when the server closes, leaves the path to us.
 */
async function listenAside(server: Server, path: string, room: LockRoom): Promise<Stats> {
  const { directory, socketName } = room;
  const aside = join(directory, socketName);
  await withShortAlias(directory, socketName.length + 1, (name) => listenAt(server, join(name, socketName)));
  try {
    await chmod(aside, 0o600);
    const stats = await lstat(aside);
    // Unlike a rename, a link never replaces what somebody who knows no lock has put there meanwhile.
    await link(aside, path);
    return stats;
  } catch (cause) {
    throw cannotBind(path, cause);
  }
}

/** Leaves the path free, or throws. */
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
    // Somebody who knows no lock may have replaced it since: from the look to the removal nothing waits.
    const now = lstatSync(path);
    if (!isSame(stats, now) || stats.mtimeMs !== now.mtimeMs) throw new Error("it has changed");
    unlinkSync(path);
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return;
    const what = `the socket at ${path} was nobody's, but cannot be removed`;
    throw systemError("ERR_IPC_PATH_IN_USE", what, cause);
  }
}

function isSame(one: Stats, other: Stats): boolean {
  return other.isSocket() && one.dev === other.dev && one.ino === other.ino;
}
