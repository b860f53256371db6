import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { IPCChannelError } from "./ipc-channel-error.ts";
import { checkPath } from "./socket-path.ts";

/** What connect(2) says while nobody listens yet, or the listener's queue is full. */
const notYet = new Set(["ENOENT", "ECONNREFUSED", "ECONNRESET", "EAGAIN"]);

const shortestDelay = 10;
const longestDelay = 250;

/**
 * Connects to a socket and lets `establish` make a channel of it, again and again while nobody is there: the socket is
 * missing, refuses, or closes before the peer is admitted.
 */
export async function connectSocket<C>(
  path: string,
  signal: AbortSignal | undefined,
  establish: (socket: Socket) => Promise<C>,
): Promise<C> {
  signal?.throwIfAborted();
  checkPath(path);
  for (let longest = shortestDelay; ; longest = Math.min(longest * 2, longestDelay)) {
    try {
      return await establish(await dial(path, signal));
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (!isWorthRetrying(error)) throw error;
    }
    // Half of the delay is left to chance, so that many who wait do not come back all at once.
    await delay(longest * (0.5 + Math.random() / 2), undefined, { signal }).catch(() =>
      signal?.throwIfAborted(),
    );
  }
}

async function dial(path: string, signal: AbortSignal | undefined): Promise<Socket> {
  const socket = connect({ path });
  try {
    await once(socket, "connect", { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (signal?.aborted || notYet.has(code)) throw error;
    throw new IPCChannelError("ERR_IPC_PATH_INVALID", `cannot connect to ${path}: ${code}`, { cause: error });
  }
}

function isWorthRetrying(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ERR_IPC_CLOSED" || notYet.has(code ?? "");
}
