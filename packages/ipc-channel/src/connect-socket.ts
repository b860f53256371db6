import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { ConnectSettings } from "./channel-settings.ts";
import { IPCChannelError } from "./ipc-channel-error.ts";
import { absoluteSocketPath } from "./socket-path.ts";
import { errnoOf, systemError } from "./system-error.ts";

/** What connect(2) says while nobody listens yet, or the listener's queue is full. */
const notYet = new Set(["ENOENT", "ECONNREFUSED", "ECONNRESET", "EAGAIN"]);

/** With what an attempt fails that may succeed later: the connection ended before the peer was admitted, or resources ran out here or there. */
const worthRetrying = new Set([
  ...notYet,
  "ERR_IPC_CLOSED",
  "ERR_IPC_TRUNCATED_MESSAGE",
  "ERR_IPC_RESOURCES",
]);

const shortestDelay = 10;
const longestDelay = 250;

/**
 * Connects to a socket and lets `establish` make a channel of it, again and again while nobody is there: the socket is
 * missing, refuses, or closes before the peer is admitted; or this process lacks descriptors or memory.
 *
 * `establish` is to reject with the reason of the signal that it is given, soon after that aborts.
 */
export async function connectSocket<C>(
  path: string,
  settings: Pick<ConnectSettings<never>, "signal" | "onRetry" | "giveUpAfter">,
  establish: (socket: Socket, signal: AbortSignal) => Promise<C>,
): Promise<C> {
  const { signal, onRetry, giveUpAfter } = settings;
  signal?.throwIfAborted();
  const absolute = absoluteSocketPath(path);
  // The caller's signal, or the time being up.
  const stop = new AbortController();
  const expired = Symbol("expired");
  const abort = () => stop.abort(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  const timer = giveUpAfter === undefined ? undefined : setTimeout(() => stop.abort(expired), giveUpAfter);
  try {
    let last: unknown;
    for (let attempt = 1; ; attempt++) {
      try {
        // Connecting takes no time, so it is tried once more when the time is up, and the last error is a fresh one.
        return await establish(await dial(absolute, signal), stop.signal);
      } catch (error) {
        signal?.throwIfAborted();
        if (error !== expired) last = error;
        if (!worthRetrying.has(errnoOf(last)) && error !== expired) throw error;
        if (stop.signal.aborted) throw gaveUp(absolute, giveUpAfter, last);
        onRetry?.(error, attempt);
      }
      // Half of the delay is left to chance, so that many who wait do not come back all at once.
      const longest = Math.min(shortestDelay * 2 ** (attempt - 1), longestDelay);
      await delay(longest * (0.5 + Math.random() / 2), undefined, { signal: stop.signal }).catch(() =>
        signal?.throwIfAborted(),
      );
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

async function dial(path: string, signal: AbortSignal | undefined): Promise<Socket> {
  const socket = connect({ path });
  try {
    await once(socket, "connect", { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    if (signal?.aborted || notYet.has(errnoOf(error))) throw error;
    throw systemError("ERR_IPC_PATH_INVALID", `cannot connect to ${path}`, error);
  }
}

function gaveUp(path: string, giveUpAfter: number | undefined, cause: unknown): IPCChannelError {
  const reason = cause instanceof Error ? cause.message : "the listener has not answered yet";
  const message = `no connection to ${path} within ${giveUpAfter} ms: ${reason}`;
  return new IPCChannelError("ERR_IPC_TIMEOUT", message, cause === undefined ? {} : { cause });
}
