import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, lstat, mkdir, rename, rm, rmdir, stat, unlink } from "node:fs/promises";
import { connect, type Server } from "node:net";
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
 * Throws ERR_IPC_PATH_IN_USE or ERR_IPC_PATH_INVALID.
 */
export async function bindSocket(server: Server, path: string): Promise<Unbind> {
  checkPath(path);
  if (isNamedPipe(path)) {
    await listen(server, path);
    return () => closeServer(server);
  }
  const inode = await withLock(path, async (room) => {
    await makeFree(path);
    // Nobody else can enter the room, so the socket can be reached only once its mode is set. libuv removes the name
    // that was bound when the server closes; that the bound name is not the path leaves the removal to us.
    const name = `${room}/${randomBytes(3).toString("hex")}`;
    const bound = Buffer.byteLength(name) <= maxPathBytes ? name : path;
    await listen(server, bound);
    await chmod(bound, 0o600);
    if (bound !== path) await rename(bound, path);
    return (await lstat(path)).ino;
  });
  return async () => {
    await withLock(path, async () => {
      await closeServer(server);
      const isOurs = await lstat(path).then(
        (stats) => stats.isSocket() && stats.ino === inode,
        () => false,
      );
      if (isOurs) await unlink(path);
    }).catch(() => closeServer(server));
  };
}

/** Leaves the path free, or throws. */
async function makeFree(path: string): Promise<void> {
  const stats = await lstat(path).catch(() => undefined);
  if (!stats) return;
  if (!stats.isSocket()) throw inUse(`${path} is a file that is not a socket`);
  const refusal = await probe(path);
  if (refusal?.code !== "ECONNREFUSED") throw inUse(`another process listens at ${path}`, refusal);
  await unlink(path).catch((cause: Error) => {
    throw inUse(`the socket at ${path} is nobody's any more, but cannot be removed`, cause);
  });
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

/** Runs alone among all processes that bind or free this path; `room` is a directory that only we can enter. */
async function withLock<T>(path: string, run: (room: string) => Promise<T>): Promise<T> {
  const room = `${path}.lock`;
  while (!(await tryMakeRoom(room, path))) {
    const age = await stat(room).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > staleLockAge) await rm(room, { recursive: true, force: true });
    else await delay(5 + Math.random() * 10);
  }
  try {
    return await run(room);
  } finally {
    await rmdir(room).catch(() => {});
  }
}

async function tryMakeRoom(room: string, path: string): Promise<boolean> {
  try {
    await mkdir(room, { mode: 0o700 });
    return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    throw new IPCChannelError("ERR_IPC_PATH_INVALID", `no socket can be made at ${path}: ${code}`, { cause });
  }
}

async function listen(server: Server, path: string): Promise<void> {
  try {
    server.listen({ path, exclusive: true });
    await once(server, "listening");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") throw inUse(`another process listens at ${path}`, cause);
    throw new IPCChannelError("ERR_IPC_PATH_INVALID", `no socket can be made at ${path}: ${code}`, { cause });
  }
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  // Its connections have owners of their own, and are not waited for.
  server.close();
}

function inUse(message: string, cause?: unknown): IPCChannelError {
  return new IPCChannelError("ERR_IPC_PATH_IN_USE", message, { cause });
}
