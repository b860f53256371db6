import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { lstatSync, type Stats, unlinkSync } from "node:fs";
import { chmod, link, lstat, mkdir, readdir, rmdir, unlink } from "node:fs/promises";
import { connect, type Server } from "node:net";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { IPCChannelError } from "./ipc-channel-error.ts";
import { checkPath, isNamedPipe, maxPathBytes } from "./socket-path.ts";

/** Frees what {@link bindSocket} bound; resolves when the path is free, or somebody else's. */
export type Unbind = () => Promise<void>;

/** A lock that is this old was left behind by a process that died: it is held for a few system calls only. In ms. */
const staleLockAge = 5000;

/**
 * Makes the server listen at `path`, mode 0600. What is at the path is replaced only if it is a socket that refuses
 * connections, and of several processes that find such a one exactly one wins.
 *
 * Throws ERR_IPC_PATH_IN_USE, ERR_IPC_PATH_INVALID, or `signal.reason`; then the server does not listen.
 */
export async function bindSocket(server: Server, path: string, signal?: AbortSignal): Promise<Unbind> {
  checkPath(path);
  if (isNamedPipe(path)) {
    await listen(server, path);
    return async () => closeServer(server);
  }
  const inode = await withLock(path, signal, async (room) => {
    await makeFree(path, room);
    try {
      return await listenAside(server, path, room);
    } catch (error) {
      closeServer(server);
      throw error;
    }
  });
  return async () => {
    // As long as we listen nobody takes the path over, so it stays ours from the look to the removal.
    const stats = await lstat(path).catch(() => undefined);
    if (stats?.isSocket() && stats.ino === inode) await unlink(path).catch(() => {});
    closeServer(server);
  };
}

/**
 * Listens under another name, and gives the socket its path once it is ready: it cannot be reached before its mode is
 * set, and libuv, which removes the name that it bound when the server closes, leaves the path to us. Returns the inode.
 */
async function listenAside(server: Server, path: string, room: string): Promise<number> {
  const name = randomBytes(6).toString("base64url");
  const inRoom = `${room}/${name}`;
  const isTooLong = Buffer.byteLength(inRoom) > maxPathBytes;
  const aside = isTooLong ? join(dirname(path), name.slice(0, basename(path).length)) : inRoom;
  await listen(server, aside);
  try {
    await chmod(aside, 0o600);
    // Unlike a rename, a link never replaces what somebody who knows no lock has put there meanwhile.
    await link(aside, path);
    // Gone already where we were held up, and our lock was broken.
    await unlink(aside).catch(() => {});
    return (await lstat(path)).ino;
  } catch (cause) {
    throw unusable(path, cause);
  }
}

/** Leaves the path free, or throws. */
async function makeFree(path: string, room: string): Promise<void> {
  const lock = await lstat(room).catch(() => undefined);
  const stats = await lstat(path).catch(() => undefined);
  if (!stats) return;
  if (!stats.isSocket()) throw inUse(`${path} is a file that is not a socket`);
  const refusal = await probe(path);
  if (refusal?.code === "ENOENT") return;
  if (refusal?.code !== "ECONNREFUSED") throw inUse(`another process listens at ${path}`, refusal);
  try {
    // Who was held up until the lock was broken must not remove what the next one has made: from here on nothing waits.
    if (!isSame(lock, lstatSync(room)) || !isSame(stats, lstatSync(path))) throw new Error("it has changed");
    unlinkSync(path);
  } catch (cause) {
    throw inUse(`the socket at ${path} was nobody's, but cannot be removed`, cause);
  }
}

function isSame(one: Stats | undefined, other: Stats): boolean {
  return one?.ino === other.ino && one.ctimeMs === other.ctimeMs;
}

/** The error that connecting gives; `undefined` where somebody listens. */
async function probe(path: string): Promise<NodeJS.ErrnoException | undefined> {
  const socket = connect({ path });
  try {
    await once(socket, "connect");
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  } finally {
    socket.destroy();
  }
}

/** Runs alone among all processes that bind this path; `room` is a directory that only we can enter. */
async function withLock<T>(
  path: string,
  signal: AbortSignal | undefined,
  run: (room: string) => Promise<T>,
): Promise<T> {
  const room = `${path}.lock`;
  while (!(await makeDirectory(room, path))) {
    signal?.throwIfAborted();
    if (await isStale(room)) await breakLock(room, path);
    else await delay(5 + Math.random() * 10, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
  try {
    return await run(room);
  } finally {
    await rmdir(room).catch(() => {});
  }
}

/** Removes a stale lock; itself under a lock, or the slower of two would remove what the faster one has made since. */
async function breakLock(room: string, path: string): Promise<void> {
  const breaking = `${room}.stale`;
  if (!(await makeDirectory(breaking, path))) {
    if (await isStale(breaking)) await rmdir(breaking).catch(() => {});
    else await delay(5);
    return;
  }
  try {
    if (await isStale(room)) await removeLock(room);
  } finally {
    await rmdir(breaking).catch(() => {});
  }
}

/** Only what can be a lock of ours: a directory with nothing but sockets in it. */
async function removeLock(room: string): Promise<void> {
  try {
    for (const entry of await readdir(room, { withFileTypes: true })) {
      if (!entry.isSocket()) throw new Error(`${room}/${entry.name} is none of ours`);
      await unlink(`${room}/${entry.name}`);
    }
    await rmdir(room);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return;
    throw inUse(`${room} is in the way, and cannot be removed`, cause);
  }
}

/** Throws ERR_IPC_PATH_IN_USE where what is there is no directory. */
async function isStale(directory: string): Promise<boolean> {
  const stats = await lstat(directory).catch(() => undefined);
  if (!stats) return false;
  if (!stats.isDirectory()) throw inUse(`${directory} is in the way: it is no directory`);
  // The clock may have been set back since.
  return Math.abs(Date.now() - stats.mtimeMs) > staleLockAge;
}

/** Whether we made it; false where it is there already. */
async function makeDirectory(directory: string, path: string): Promise<boolean> {
  try {
    await mkdir(directory, { mode: 0o700 });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw unusable(path, cause);
  }
}

async function listen(server: Server, path: string): Promise<void> {
  try {
    server.listen({ path, exclusive: true });
    await once(server, "listening");
  } catch (cause) {
    throw unusable(path, cause);
  }
}

/** Its connections have owners of their own, and are not waited for. */
function closeServer(server: Server): void {
  if (server.listening) server.close();
}

function unusable(path: string, cause: unknown): IPCChannelError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "EADDRINUSE" || code === "EEXIST") return inUse(`another process listens at ${path}`, cause);
  return new IPCChannelError("ERR_IPC_PATH_INVALID", `no socket can be made at ${path}: ${code}`, { cause });
}

function inUse(message: string, cause?: unknown): IPCChannelError {
  return new IPCChannelError("ERR_IPC_PATH_IN_USE", message, { cause });
}
