import { link, lstat, unlink } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { errnoOf, systemError } from "../errors/system-error.ts";
import { Backoff } from "../sockets/backoff.ts";
import { cannotBind } from "../sockets/listen-at.ts";
import { probeSocket } from "../sockets/probe-socket.ts";
import { type LockRoom, makeRoom, sweep } from "./lock-room.ts";

/** How long this process waits for one holder of the lock, in ms. A holder normally needs only a few system calls. */
const longestHold = 5000;

/**
 * Calls `run` while this process holds the lock that is needed to bind `path`.
 *
 * The lock is `${path}.lock`, a hard link to a socket that listens in the holder's {@link LockRoom}. Once the holder's process
 * ends, the kernel makes the socket refuse connections. So a dead lock is detected at once, and the lock of a live process is
 * never removed. A file `${path}.lock` that is not a socket is kept.
 *
 * Throws ERR_IPC_PATH_IN_USE if another kind of file has the lock's name, or if one process holds the lock for 5 s. Also
 * throws ERR_IPC_PATH_INVALID, ERR_IPC_RESOURCES, or `signal.reason`.
 */
export async function withPathLock<T>(
  path: string,
  signal: AbortSignal | undefined,
  run: (room: LockRoom) => Promise<T>,
): Promise<T> {
  const lock = `${path}.lock`;
  const room = await makeRoom(lock);
  const lockName = <R>(name: string, whileHeld: () => Promise<R>): Promise<R> =>
    withName(name, room.beacon, signal, (dead) => removeDead(name, dead), whileHeld);
  /** Removes a dead lock while holding a second lock. Otherwise the slower of two processes would remove the faster one's new lock. */
  const removeDead = (name: string, id: string): Promise<void> =>
    lockName(`${lock}.${id}`, async () => {
      const holder = await holderOf(name);
      if (holder?.isDead && holder.id === id) await remove(name);
    });
  try {
    return await lockName(lock, async () => {
      await sweep(lock);
      return run(room);
    });
  } finally {
    await room.leave();
  }
}

/** Links `beacon` to `name`, and calls `run` while the link exists. Waits while another process holds `name`. */
async function withName<T>(
  name: string,
  beacon: string,
  signal: AbortSignal | undefined,
  onDead: (id: string) => Promise<void>,
  run: () => Promise<T>,
): Promise<T> {
  let heldBy: string | undefined;
  let heldSince = 0;
  const backoff = new Backoff({ shortest: 5, longest: 100 });
  while (!(await tryLink(beacon, name))) {
    const holder = await holderOf(name);
    if (holder?.isDead) {
      await onDead(holder.id);
      continue;
    }
    if (holder?.id !== heldBy) heldSince = performance.now();
    heldBy = holder?.id;
    if (holder && performance.now() - heldSince > longestHold) {
      throw systemError(
        "ERR_IPC_PATH_IN_USE",
        `another process has held ${name} for ${longestHold} ms`,
        holder.cause,
      );
    }
    signal?.throwIfAborted();
    await delay(backoff.next(), undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
  try {
    return await run();
  } finally {
    await unlink(name).catch(() => {});
  }
}

/** Creates a hard link. Returns false if `to` already exists. */
async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (cause) {
    if (errnoOf(cause) === "EEXIST") return false;
    throw cannotBind(to, cause);
  }
}

interface Holder {
  /** Identifies the socket among all earlier and later sockets of this name. */
  readonly id: string;
  readonly isDead: boolean;
  /** The error of connecting, if the holder may still be alive. */
  readonly cause: unknown;
}

/** Returns the holder of the lock `name`; `undefined` if the file is gone. Throws ERR_IPC_PATH_IN_USE if the file is not a socket. */
async function holderOf(name: string): Promise<Holder | undefined> {
  const stats = await lstat(name, { bigint: true }).catch((cause) => {
    if (errnoOf(cause) === "ENOENT") return undefined;
    throw systemError("ERR_IPC_PATH_INVALID", `cannot read the status of ${name}`, cause);
  });
  if (!stats) return undefined;
  if (!stats.isSocket())
    throw systemError("ERR_IPC_PATH_IN_USE", `${name} must be a lock of this package, but is not a socket`);
  const probe = await probeSocket(name);
  if (probe.state === "missing") return undefined;
  const cause = probe.state === "held" ? probe.cause : undefined;
  return { id: `${stats.ino}-${stats.mtimeNs}`, isDead: probe.state === "refuses", cause };
}

async function remove(name: string): Promise<void> {
  try {
    await unlink(name);
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return;
    throw systemError("ERR_IPC_PATH_IN_USE", `the lock ${name} of a dead process cannot be removed`, cause);
  }
}
