import type { Stats } from "node:fs";
import { chmod, link, lstat } from "node:fs/promises";
import type { Server } from "node:net";
import { join } from "node:path";
import { freePath, removeOwnSocket } from "../paths/free-path.ts";
import type { LockRoom } from "../paths/lock-room.ts";
import { withPathLock } from "../paths/path-lock.ts";
import { withShortAlias } from "../paths/short-alias.ts";
import { absoluteSocketPath, isNamedPipe } from "../paths/socket-path.ts";
import { cannotBind, closeServer, listenAt } from "./listen-at.ts";

/** Closes the server of {@link bindSocket} and removes the socket file, unless another process has bound the path since. */
export type Unbind = () => Promise<void>;

/**
 * Makes the server listen at `path` with mode 0600. An existing file is replaced only if it is a socket that refuses
 * connections. If several processes find such a socket, exactly one of them replaces it. Resolves a relative path
 * synchronously.
 *
 * After an error, the server does not listen. Throws ERR_IPC_PATH_IN_USE, ERR_IPC_PATH_INVALID, ERR_IPC_RESOURCES, or
 * `signal.reason`.
 */
export async function bindSocket(server: Server, path: string, signal?: AbortSignal): Promise<Unbind> {
  const absolute = absoluteSocketPath(path);
  if (isNamedPipe(absolute)) {
    await listenAt(server, absolute);
    return async () => closeServer(server);
  }
  const own = await withPathLock(absolute, signal, async (room) => {
    await freePath(absolute);
    return listenInRoom(server, room, absolute);
  });
  return async () => {
    removeOwnSocket(absolute, own);
    closeServer(server);
  };
}

/**
 * Listens in the room, then links the socket to `path`. Nobody can connect before the mode is set. When the server closes,
 * libuv removes the socket's name in the room, which was bound, and keeps `path`.
 */
async function listenInRoom(
  server: Server,
  { directory, socketName }: LockRoom,
  path: string,
): Promise<Stats> {
  const bound = join(directory, socketName);
  try {
    await withShortAlias(directory, socketName.length + 1, (alias) =>
      listenAt(server, join(alias, socketName)),
    );
    return await linkTo(path, bound);
  } catch (error) {
    closeServer(server);
    throw error;
  }
}

async function linkTo(path: string, bound: string): Promise<Stats> {
  try {
    await chmod(bound, 0o600);
    const stats = await lstat(bound);
    // Unlike rename(2), link(2) never replaces a file. A program that ignores the lock may have created a file at `path`.
    await link(bound, path);
    return stats;
  } catch (cause) {
    throw cannotBind(path, cause);
  }
}
