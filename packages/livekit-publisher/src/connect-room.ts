import { Room } from "@livekit/rtc-node";
import { LiveKitPublisherError } from "./livekit-publisher-error.ts";

/** Options of {@link connectRoom}. */
export interface ConnectRoomOptions {
  /** Longest wait in ms. Default 15,000. */
  readonly timeout?: number | undefined;
  /** Gives up: the promise rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connects a room as a publisher needs it: with `dynacast`, so that nothing is encoded or captured while nobody watches,
 * and without subscribing to the tracks of others. Rejects with ERR_LIVEKIT_CONNECT_FAILED, whose message names the URL.
 *
 * @param url Address of the server, such as `"wss://example.livekit.cloud"`.
 * @param token Access token that permits to join the room and to publish.
 * @example
 * const room = await connectRoom(process.env.LIVEKIT_URL, process.env.LIVEKIT_TOKEN);
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
    throw fail('the address must start with "ws://" or "wss://"');
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
    // The library cannot stop connecting.
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
