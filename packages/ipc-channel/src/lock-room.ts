import { randomBytes } from "node:crypto";
import { lstat, mkdir, readdir, rmdir, unlink } from "node:fs/promises";
import { createServer } from "node:net";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { cannotBind, closeServer, listenAt } from "./listen-at.ts";
import { probeSocket } from "./probe-socket.ts";
import { withShortAlias } from "./short-alias.ts";

/** The two sockets that a room may hold. */
const beacon = "beacon";
const socket = "s";

/** How long a process may take to make its beacon in its new room, in ms: an empty room that is older was left behind. */
const emptyAge = 5000;

/** How long a socket may take from bind(2), with which it has its name, to listen(2), before which it refuses, in ms. */
const bindingTime = 50;

/** A directory beside a path that only this user can enter, with a socket in it that listens for as long as its process lives. */
export interface LockRoom {
  /** The socket that shows that this process lives: no other process can make it refuse, and a dead one's refuses at once. */
  readonly beacon: string;
  /** Where the user's own socket can be made; it may be too long for a socket's path. */
  readonly directory: string;
  /** The name for a socket in {@link directory}. */
  readonly socketName: string;
  /** Removes the directory and what is in it. */
  leave(): Promise<void>;
}

/** Makes a room, whose name is `${lock}.room-` and random characters. Throws ERR_IPC_PATH_INVALID or ERR_IPC_RESOURCES. */
export async function makeRoom(lock: string): Promise<LockRoom> {
  const directory = `${lock}.room-${randomBytes(12).toString("base64url")}`;
  // Who connects wants to know whether it is refused, nothing else. An accept(2) that fails is no news either.
  const server = createServer((probe) => probe.destroy()).on("error", () => {});
  const leave = async () => {
    closeServer(server);
    await removeRoom(directory, [beacon, socket]);
  };
  try {
    await mkdir(directory, { mode: 0o700 });
  } catch (cause) {
    throw cannotBind(lock, cause);
  }
  try {
    await withShortAlias(directory, beacon.length + 1, (name) => listenAt(server, join(name, beacon)));
  } catch (error) {
    await leave();
    throw error;
  }
  return { beacon: join(directory, beacon), directory, socketName: socket, leave };
}

/**
 * Removes what processes left that were killed while they bound a path with this lock: rooms, and locks on a dead lock.
 * To be called by the lock's holder. Nothing goes but sockets that refuse, and a directory of a room's name, owner and
 * mode that has held nothing else.
 */
export async function sweep(lock: string): Promise<void> {
  const directory = dirname(lock);
  const prefix = `${basename(lock)}.`;
  for (const name of await readdir(directory).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    const rest = name.slice(prefix.length);
    const path = join(directory, name);
    try {
      if (/^room-[\w-]{16}$/.test(rest)) await sweepRoom(path);
      else if (/^\d+-\d+$/.test(rest) && (await refuses(path))) await unlink(path);
    } catch {
      // Somebody else has removed it, or it cannot be looked at: it is in nobody's way.
    }
  }
}

async function sweepRoom(room: string): Promise<void> {
  const stats = await lstat(room);
  const isOurs = stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o777) === 0o700;
  if (!isOurs) return;
  const names = await readdir(room);
  if (names.length === 0 && Date.now() - stats.mtimeMs < emptyAge) return;
  for (const name of names) {
    if ((name !== beacon && name !== socket) || !(await refuses(join(room, name)))) return;
  }
  await removeRoom(room, names);
}

/** Whether it is a socket that no process has open any more. */
async function refuses(path: string): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  if (!stats?.isSocket() || (await probeSocket(path)).state !== "refuses") return false;
  if (Math.abs(Date.now() - stats.mtimeMs) > bindingTime) return true;
  await delay(bindingTime);
  return (await probeSocket(path)).state === "refuses";
}

async function removeRoom(directory: string, names: readonly string[]): Promise<void> {
  for (const name of names) await unlink(join(directory, name)).catch(() => {});
  await rmdir(directory).catch(() => {});
}
