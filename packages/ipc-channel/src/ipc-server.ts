import type { ListenOptions } from "./channel-options.ts";
import { listenSettings } from "./channel-settings.ts";
import { IPCChannel } from "./ipc-channel.ts";
import { Listener } from "./listener.ts";
import { rejectsInTurn } from "./settle-in-turn.ts";

/** Many peers on one path: yields a channel for each one that is admitted. */
export class IPCServer<Incoming = unknown, Outgoing = Incoming>
  implements AsyncIterable<IPCChannel<Incoming, Outgoing>>, AsyncDisposable
{
  readonly #listener: Listener<IPCChannel<Incoming, Outgoing>>;

  private constructor(listener: Listener<IPCChannel<Incoming, Outgoing>>) {
    this.#listener = listener;
  }

  /**
   * Resolves once peers can connect. Handshakes run side by side and need nobody to iterate; at most 64 peers that are
   * not admitted yet and 64 channels that nobody has taken are held.
   * Rejects with ERR_IPC_PATH_INVALID, ERR_IPC_PATH_IN_USE, ERR_IPC_RESOURCES, or `signal.reason`; nothing stays bound then.
   * If descriptors run out later, the server drops peers that connect, which may retry, and continues once there are some.
   */
  static async listen<Incoming = unknown, Outgoing = Incoming, Checked = Incoming>(
    path: string,
    options: ListenOptions<Checked> = {},
  ): Promise<IPCServer<Checked, Outgoing>> {
    const settings = listenSettings(options);
    const listener = await rejectsInTurn(
      Listener.listen<IPCChannel<Checked, Outgoing>>(path, {
        ...settings,
        admit: (socket, signal) => IPCChannel.over(socket, { ...settings, signal, role: "accept" }),
      }),
    );
    return new IPCServer(listener);
  }

  /**
   * Iterates over the admitted channels. Each channel goes to one iterator. Leaving the loop closes nothing, and another loop
   * continues with the next channel. `next()` rejects with `signal.reason` on abort, and with ERR_IPC_BUSY while another
   * iterator's `next()` is pending. The iteration ends after {@link close}.
   */
  channels(
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncIterableIterator<IPCChannel<Incoming, Outgoing>> {
    return this.#listener.iterate(options);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<IPCChannel<Incoming, Outgoing>> {
    return this.channels();
  }

  /** Frees the path, unless somebody else has bound it since, and closes the channels that nobody has taken; idempotent. */
  close(): Promise<void> {
    return this.#listener.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
