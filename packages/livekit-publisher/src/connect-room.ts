import { Room } from "@livekit/rtc-node";
import { LiveKitPublisherError } from "./livekit-publisher-error.ts";

/** Options of {@link connectRoom}. */
export interface ConnectRoomOptions {
  /** Maximum time to connect, in ms. Default 15,000. */
  readonly timeout?: number | undefined;
  /** Stops waiting. The promise then rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connects to a room with the options that a publisher needs. `dynacast` is on, so nothing is captured or encoded while
 * nobody watches. `autoSubscribe` is off, so the tracks of other participants are not received. The caller owns the room
 * and disconnects it.
 *
 * Rejects with ERR_LIVEKIT_CONNECT_FAILED if the server cannot be reached, refuses the token, or does not answer in time.
 * The message names the URL, never the token.
 *
 * @param url Address of the server, such as `"wss://example.livekit.cloud"`.
 * @param token Access token with the grants `roomJoin` and `canPublish`.
 * @example
 * const room = await connectRoom("wss://example.livekit.cloud", token, { timeout: 5_000 });
 */
export async function connectRoom(
  url: string,
  token: string,
  { timeout = 15_000, signal }: ConnectRoomOptions = {},
): Promise<Room> {
  signal?.throwIfAborted();
  const fail = (reason: string, cause?: unknown) =>
    new LiveKitPublisherError("ERR_LIVEKIT_CONNECT_FAILED", `cannot connect to ${url}: ${reason}`, { cause });
  if (!/^(wss?|https?):\/\/./.test(url) || !URL.canParse(url)) {
    throw fail('the address must start with "ws", "wss", "http" or "https" and "://"');
  }
  const room = new Room();
  const connected = room.connect(url, token, { autoSubscribe: false, dynacast: true });
  let stop: (() => void) | undefined;
  const given = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(fail(`no answer within ${timeout} ms`)), timeout);
    const abort = () => reject(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
  });
  try {
    await Promise.race([connected, given]);
    return room;
  } catch (error) {
    // The library cannot cancel a connection attempt, so a room that connects later is disconnected.
    connected.then(() => room.disconnect()).catch(() => {});
    if (error instanceof LiveKitPublisherError || (signal?.aborted && error === signal.reason)) throw error;
    throw fail(reasonOf(error, token), error);
  } finally {
    stop?.();
  }
}

/** Returns the library's reason without the token, which must not end up in a log. */
function reasonOf(error: unknown, token: string): string {
  const message = error instanceof Error ? error.message : String(error);
  return token === "" ? message : message.replaceAll(token, "…");
}
