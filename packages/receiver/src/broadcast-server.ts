import {
  type IPCChannel,
  IPCChannelError,
  type IPCChannelErrorCode,
  type IPCServer,
  PullQueue,
} from "@broadcast-ipc/ipc-channel";
import type { MessageSchemas, ReceiverMessage, UploaderHello } from "@broadcast-ipc/protocol";
import type { BroadcastReceiver } from "./broadcast-receiver.ts";
import { readHello } from "./read-hello.ts";

/** With this many uploaders that have not said hello, the next one to connect takes the place of the oldest. */
const maxSilent = 64;

/** With this many uploaders that nobody has taken, who says hello is turned away, and may try again later. */
const maxUntaken = 64;

type Channel = IPCChannel<unknown, ReceiverMessage>;

interface Introduced {
  readonly channel: Channel;
  readonly uploader: UploaderHello;
}

interface ServerOptions<Receiver> {
  /** Makes the receiver; what it hears and wants begins there. */
  readonly open: (introduced: Introduced) => Receiver;
  /** How long an uploader may take to say hello, in ms. */
  readonly handshakeTimeout: number;
  /** Told why, for each one that is turned away. */
  readonly onRefused: (error: unknown) => void;
}

/**
 * Many uploaders on one path: yields a receiver for each one that connects, its `name` and `id` known. An uploader that
 * comes back after a loss is another receiver with the same `id`.
 *
 * An uploader that nobody has taken is asked for nothing, and is forgotten when it leaves.
 */
export class BroadcastServer<
  Schemas extends MessageSchemas = MessageSchemas,
  Decode extends boolean = boolean,
> implements AsyncIterable<BroadcastReceiver<Schemas, Decode>>, AsyncDisposable
{
  readonly #server: IPCServer<unknown, ReceiverMessage>;
  readonly #options: ServerOptions<BroadcastReceiver<Schemas, Decode>>;
  /** Those that have not said hello, oldest first, and what ends the wait for it. */
  readonly #silent = new Map<Channel, AbortController>();
  readonly #untaken = new PullQueue<Introduced>();
  #closing: Promise<void> | undefined;

  private constructor(
    server: IPCServer<unknown, ReceiverMessage>,
    options: ServerOptions<BroadcastReceiver<Schemas, Decode>>,
  ) {
    this.#server = server;
    this.#options = options;
    this.#admitAll();
  }

  /** Makes a server of channels one of receivers; {@link BroadcastReceiver.listen} is what calls it. */
  static over<Schemas extends MessageSchemas, Decode extends boolean>(
    server: IPCServer<unknown, ReceiverMessage>,
    options: ServerOptions<BroadcastReceiver<Schemas, Decode>>,
  ): BroadcastServer<Schemas, Decode> {
    return new BroadcastServer(server, options);
  }

  /**
   * The receivers, each for one loop, once. Leaving the loop closes nothing. `next()` rejects with `signal.reason` on
   * abort, and with ERR_IPC_BUSY while another iterator's `next()` is pending; it is done after {@link close}.
   */
  receivers(
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncIterableIterator<BroadcastReceiver<Schemas, Decode>> {
    const untaken = this.#untaken.iterate(options);
    const receivers: AsyncIterableIterator<BroadcastReceiver<Schemas, Decode>> = {
      next: async () => {
        let result = await untaken.next();
        while (!result.done && result.value.channel.isClosed) result = await untaken.next();
        return result.done ? result : { done: false, value: this.#options.open(result.value) };
      },
      return: async () => {
        await untaken.return?.();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => receivers,
    };
    return receivers;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<BroadcastReceiver<Schemas, Decode>> {
    return this.receivers();
  }

  /** Frees the path, unless somebody else has bound it since, and turns away who was not taken; idempotent. Receivers that were taken go on. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#untaken.end();
    const untaken = this.#untaken.clear().map(({ channel }) => channel);
    const channels = [...this.#silent.keys(), ...untaken];
    await Promise.all([this.#server.close(), ...channels.map((channel) => channel.close())]);
  }

  async #admitAll(): Promise<void> {
    for await (const channel of this.#server) this.#admit(channel);
  }

  /** Side by side for all who connect, so that a silent one holds up nobody. */
  async #admit(channel: Channel): Promise<void> {
    const { handshakeTimeout, onRefused } = this.#options;
    const [oldest] = this.#silent.keys();
    if (oldest && this.#silent.size >= maxSilent) this.#turnAway(oldest, "it said no hello, and others came");
    const silent = new AbortController();
    this.#silent.set(channel, silent);
    const timer = setTimeout(() => this.#turnAway(channel, "it said no hello in time"), handshakeTimeout);
    try {
      const uploader = await readHello(channel, silent.signal);
      this.#introduce({ channel, uploader });
    } catch (error) {
      channel.close();
      if (!this.#closing) onRefused(error);
    } finally {
      clearTimeout(timer);
      this.#silent.delete(channel);
    }
  }

  #turnAway(channel: Channel, why: string): void {
    this.#silent.get(channel)?.abort(refused("ERR_IPC_TIMEOUT", why));
    this.#silent.delete(channel);
  }

  #introduce(introduced: Introduced): void {
    if (this.#closing) throw refused("ERR_IPC_CLOSED", "the server is closed");
    if (this.#untaken.size >= maxUntaken) {
      for (const one of this.#untaken.clear()) if (!one.channel.isClosed) this.#untaken.push(one);
    }
    if (this.#untaken.size >= maxUntaken) throw refused("ERR_IPC_CLOSED", "too many wait to be taken");
    this.#untaken.push(introduced);
  }
}

function refused(code: IPCChannelErrorCode, why: string): IPCChannelError {
  return new IPCChannelError(code, `an uploader was turned away: ${why}`);
}
