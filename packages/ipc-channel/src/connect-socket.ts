import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { ConnectSettings } from "./channel-settings.ts";
import { IPCChannelError } from "./ipc-channel-error.ts";
import { absoluteSocketPath } from "./socket-path.ts";
import { errnoOf, systemError } from "./system-error.ts";

/** What connect(2) says while nobody listens yet, or the listener's queue is full. */
const notYet = new Set(["ENOENT", "ECONNREFUSED", "ECONNRESET", "EAGAIN"]);

/** Errors after which another attempt may succeed: the connection ended before the peer was admitted, or either side lacks resources. */
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
 * `establish` must reject with the signal's reason soon after the signal aborts.
 */
export async function connectSocket<C>(
  path: string,
  settings: Pick<ConnectSettings<never>, "signal" | "onRetry" | "giveUpAfter">,
  establish: (socket: Socket, signal: AbortSignal) => Promise<C>,
): Promise<C> {
  const { signal, onRetry, giveUpAfter } = settings;
  signal?.throwIfAborted();
  const absolute = absoluteSocketPath(path);
  // Aborts with the caller's signal, or when the time is up.
  const stop = new AbortController();
  const expired = Symbol("expired");
  const abort = () => stop.abort(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  const timer = giveUpAfter === undefined ? undefined : setTimeout(() => stop.abort(expired), giveUpAfter);
  try {
    let last: unknown;
    for (let attempt = 1; ; attempt++) {
      try {
        // Connecting is quick: one more attempt when the time is up makes the reported error a recent one.
        return await establish(await dial(absolute, signal), stop.signal);
      } catch (error) {
        signal?.throwIfAborted();
        if (error !== expired) last = error;
        if (!worthRetrying.has(errnoOf(last)) && error !== expired) throw error;
        if (stop.signal.aborted) throw gaveUp(absolute, giveUpAfter, last);
        onRetry?.(error, attempt);
      }
      // Half of the delay is random, so that many connectors do not retry at the same moment.
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
