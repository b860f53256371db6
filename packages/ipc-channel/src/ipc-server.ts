import { IPCChannel } from "./ipc-channel.ts";
import type { ListenOptions } from "./options/channel-options.ts";
import { listenSettings } from "./options/channel-settings.ts";
import { rejectsInTurn } from "./queue/settle-in-turn.ts";
import { Listener } from "./sockets/listener.ts";

/**
 * Listens for any number of peers on one path, and yields a channel for each admitted peer.
 *
 * @example
 * await using server = await IPCServer.listen(socketPath("my-app"), { onRefused: console.error });
 * for await (const channel of server) {
 *   // Not awaited, so that the next peer is served at the same time.
 *   serve(channel).catch(console.error);
 * }
 *
 * async function serve(channel: IPCChannel) {
 *   for await (const { header, payload } of channel) await channel.send({ received: header }, payload);
 * }
 */
export class IPCServer<Incoming = unknown, Outgoing = Incoming>
  implements AsyncIterable<IPCChannel<Incoming, Outgoing>>, AsyncDisposable
{
  readonly #listener: Listener<IPCChannel<Incoming, Outgoing>>;

  private constructor(listener: Listener<IPCChannel<Incoming, Outgoing>>) {
    this.#listener = listener;
  }

  /**
   * Resolves once peers can connect. Handshakes run concurrently, even while nobody iterates over the server. At most 64
   * handshakes run at a time; one more peer evicts the oldest pending peer. While 64 channels wait to be taken, new
   * connections are dropped. `IPCChannel.connect` retries after an eviction or a dropped connection.
   * Rejects with ERR_IPC_PATH_INVALID, ERR_IPC_PATH_IN_USE, ERR_IPC_RESOURCES, or `signal.reason`, and leaves nothing bound.
   * If descriptors run out later, the server drops new connections, and continues once descriptors are free.
   *
   * @example
   * const token = process.env.MY_APP_TOKEN; // Both sides must know it.
   * await using server = await IPCServer.listen(socketPath("my-app"), { token, onRefused: console.error });
   */
  static async listen<Incoming = unknown, Outgoing = Incoming, Checked = Incoming>(
    path: string,
    options: ListenOptions<Checked> = {},
  ): Promise<IPCServer<Checked, Outgoing>> {
    const settings = listenSettings(options);
    const { onRefused: _, ...channel } = settings;
    const listener = await rejectsInTurn(
      Listener.listen<IPCChannel<Checked, Outgoing>>(path, {
        ...settings,
        admit: (socket, signal) => IPCChannel.over(socket, { ...channel, signal, role: "accept" }),
      }),
    );
    return new IPCServer(listener);
  }

  /**
   * Iterates over the admitted channels. Each channel goes to one iterator. Leaving the loop keeps the server open, and another
   * loop continues with the next channel. `next()` rejects with `signal.reason` on abort, and with ERR_IPC_BUSY while another
   * iterator's `next()` is pending. The iteration ends after {@link close}.
   */
  channels(
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncIterableIterator<IPCChannel<Incoming, Outgoing>> {
    return this.#listener.iterate(options);
  }

  /** Same as {@link channels} without options. */
  [Symbol.asyncIterator](): AsyncIterableIterator<IPCChannel<Incoming, Outgoing>> {
    return this.channels();
  }

  /**
   * Frees the path, unless another process has bound it since, and closes the channels that nobody has taken. Taken channels
   * stay open. Further calls return the same promise.
   */
  close(): Promise<void> {
    return this.#listener.close();
  }

  /** Same as {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
