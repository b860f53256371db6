import { randomBytes } from "node:crypto";
import { lstat, mkdir, readdir, rmdir, unlink } from "node:fs/promises";
import { createServer } from "node:net";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { cannotBind, closeServer, listenAt } from "../sockets/listen-at.ts";
import { probeSocket } from "../sockets/probe-socket.ts";
import { withShortAlias } from "./short-alias.ts";

/** File names of the two sockets that a {@link LockRoom} may contain. */
const beacon = "beacon";
const socket = "s";

/** How long a process may take to create the beacon in its new room, in ms. An older empty room is a leftover. */
const emptyAge = 5000;

/** How long a process may take from bind(2) to listen(2), in ms. Between the two calls the socket exists and refuses connections. */
const bindingTime = 50;

/** A directory of mode 0700 beside the path to bind. A socket in it, the beacon, listens until the process that made the room ends or calls {@link LockRoom.leave}. */
export interface LockRoom {
  /** The path of the socket that proves that this process is alive. The socket refuses connections once the process has ended. */
  readonly beacon: string;
  /** The directory in which the user's socket is bound. The path of the directory may be too long for a socket. */
  readonly directory: string;
  /** The file name of the user's socket in {@link directory}. */
  readonly socketName: string;
  /** Removes the directory and its sockets. */
  leave(): Promise<void>;
}

/** Creates the room, named `${lock}.room-` plus random characters. Throws ERR_IPC_PATH_INVALID or ERR_IPC_RESOURCES. */
export async function makeRoom(lock: string): Promise<LockRoom> {
  const directory = `${lock}.room-${randomBytes(12).toString("base64url")}`;
  // A probe's connect(2) succeeds before accept(2), so the connection can be closed at once, and a failed accept(2) is harmless.
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
 * Cleans up after processes that were killed while they bound this path: removes their rooms, and the locks under which they
 * removed a dead lock. The caller must hold `lock`. Removes only sockets that refuse connections, and directories that have a
 * room's name, owner and mode and contain nothing but such sockets.
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
      // Another process has removed the file, or the file cannot be read. A leftover is harmless, because its name is unique.
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

/** Whether `path` is a socket that refuses connections and that no process is about to listen on. */
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
