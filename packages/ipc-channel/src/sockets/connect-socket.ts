import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { IPCChannelError } from "../errors/ipc-channel-error.ts";
import { errnoOf, systemError } from "../errors/system-error.ts";
import type { TransportConnectSettings } from "../options/transport-settings.ts";
import { absoluteSocketPath } from "../paths/socket-path.ts";
import { Backoff } from "./backoff.ts";

/** Error codes of connect(2) while nobody listens yet or the listener's queue is full. */
const notYet = new Set(["ENOENT", "ECONNREFUSED", "ECONNRESET", "EAGAIN"]);

/** Errors after which another attempt may succeed: nobody listens yet, the connection ended during the handshake, or either side lacks resources. */
const worthRetrying = new Set([
  ...notYet,
  "ERR_IPC_CLOSED",
  "ERR_IPC_TRUNCATED_MESSAGE",
  "ERR_IPC_RESOURCES",
]);

/** A caller that observes neither the attempts nor a time limit is warned after this time, in ms. */
const quietTime = 5000;

/** The paths for which this process has emitted a warning. */
const warnedPaths = new Set<string>();

/**
 * Connects to the socket at `path` and makes a channel over it with `establish`. Retries if the socket is missing or
 * refuses connections, if the connection closes during the handshake, or if either side lacks descriptors or memory.
 *
 * `establish` must reject with the signal's reason soon after the signal aborts.
 */
export async function connectSocket<C>(
  path: string,
  settings: Pick<TransportConnectSettings, "signal" | "onRetry" | "giveUpAfter">,
  establish: (socket: Socket, signal: AbortSignal) => Promise<C>,
): Promise<C> {
  const { signal, onRetry, giveUpAfter } = settings;
  signal?.throwIfAborted();
  const absolute = absoluteSocketPath(path);
  // Aborts with the caller's signal, or once giveUpAfter has passed.
  const stop = new AbortController();
  const expired = Symbol("expired");
  const abort = () => stop.abort(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  const timer = giveUpAfter === undefined ? undefined : setTimeout(() => stop.abort(expired), giveUpAfter);
  const backoff = new Backoff({ shortest: 10, longest: 250 });
  const start = performance.now();
  try {
    let last: unknown;
    for (let attempt = 1; ; attempt++) {
      try {
        // If giveUpAfter passes during the delay, one more attempt runs, so that the reported error is recent. Connecting takes little time.
        return await establish(await dial(absolute, signal), stop.signal);
      } catch (error) {
        signal?.throwIfAborted();
        if (error !== expired) last = error;
        if (!worthRetrying.has(errnoOf(last)) && error !== expired) throw error;
        if (stop.signal.aborted) throw gaveUp(absolute, giveUpAfter, last);
        onRetry?.(error, attempt);
        const isUnobserved = onRetry === undefined && giveUpAfter === undefined;
        if (isUnobserved && performance.now() - start >= quietTime) warnOnce(absolute, error);
      }
      await delay(backoff.next(), undefined, { signal: stop.signal }).catch(() => signal?.throwIfAborted());
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
    const hint =
      errnoOf(error) === "EACCES" ? " (its socket or a folder above it belongs to another user)" : "";
    throw systemError("ERR_IPC_PATH_INVALID", `cannot connect to ${path}${hint}`, error);
  }
}

/** Warns that nobody listens. Both processes may be waiting at different paths. */
function warnOnce(path: string, error: unknown): void {
  if (warnedPaths.has(path)) return;
  warnedPaths.add(path);
  const reason = errnoOf(error) || String(error);
  const advice = "pass onRetry or giveUpAfter to handle this, and compare the path with that of the listener";
  process.emitWarning(`still waiting for a listener at ${path} (${reason}); ${advice}`, "IPCChannelWarning");
}

function gaveUp(path: string, giveUpAfter: number | undefined, cause: unknown): IPCChannelError {
  const reason = cause instanceof Error ? cause.message : "the listener has not answered";
  const message = `no connection to ${path} within ${giveUpAfter} ms: ${reason}`;
  return new IPCChannelError("ERR_IPC_TIMEOUT", message, cause === undefined ? {} : { cause });
}
