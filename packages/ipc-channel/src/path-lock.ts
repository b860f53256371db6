import { link, lstat, unlink } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { cannotBind } from "./listen-at.ts";
import { type LockRoom, makeRoom, sweep } from "./lock-room.ts";
import { probeSocket } from "./probe-socket.ts";
import { errnoOf, systemError } from "./system-error.ts";

/** How long one living process may hold a lock before another one gives up, in ms: it takes a few system calls. */
const longestHold = 5000;

const shortestPause = 5;
const longestPause = 100;

/**
 * Runs alone among all processes that bind this path.
 *
 * The lock is `${path}.lock`: a second name of a socket that listens in its holder's {@link LockRoom}. The kernel makes
 * it refuse when the holder dies, however that happens, so a dead lock is known at once and a living one is never
 * broken. What is there and is no socket is not ours, and is left alone.
 *
 * Throws ERR_IPC_PATH_IN_USE where something else has the lock's name, or one process holds it for 5 s;
 * ERR_IPC_PATH_INVALID, ERR_IPC_RESOURCES, or `signal.reason`.
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
  /** A lock of its own for each dead lock: or the slower of two that remove it would remove what came after it. */
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

/** Gives `beacon` a second name that nobody else has, and runs. */
async function withName<T>(
  name: string,
  beacon: string,
  signal: AbortSignal | undefined,
  onDead: (id: string) => Promise<void>,
  run: () => Promise<T>,
): Promise<T> {
  let heldBy: string | undefined;
  let heldSince = 0;
  for (let pause = shortestPause; !(await tryLink(beacon, name)); pause = Math.min(pause * 2, longestPause)) {
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
    await delay(pause * (0.5 + Math.random() / 2), undefined, { signal }).catch(() =>
      signal?.throwIfAborted(),
    );
  }
  try {
    return await run();
  } finally {
    await unlink(name).catch(() => {});
  }
}

/** False where something is there already. */
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
  /** Tells this socket from every other one that may have the same name before or after it. */
  readonly id: string;
  readonly isDead: boolean;
  /** Why it cannot be connected to, where it may be alive all the same. */
  readonly cause: unknown;
}

/** Whose socket has this name; `undefined` where it is gone. Throws ERR_IPC_PATH_IN_USE for what is no socket. */
async function holderOf(name: string): Promise<Holder | undefined> {
  const stats = await lstat(name, { bigint: true }).catch((cause) => {
    if (errnoOf(cause) === "ENOENT") return undefined;
    throw systemError("ERR_IPC_PATH_INVALID", `cannot look at ${name}`, cause);
  });
  if (!stats) return undefined;
  if (!stats.isSocket())
    throw systemError("ERR_IPC_PATH_IN_USE", `${name} is in the way: it is no lock of this package's`);
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
    throw systemError(
      "ERR_IPC_PATH_IN_USE",
      `${name} is left of a dead process, and cannot be removed`,
      cause,
    );
  }
}
