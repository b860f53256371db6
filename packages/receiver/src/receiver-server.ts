import {
  type IPCChannel,
  IPCChannelError,
  type IPCChannelErrorCode,
  IPCServer,
  PullQueue,
} from "@broadcast-ipc/ipc-channel";
import {
  type ProtocolError,
  parseUploaderMessage,
  type ReceiverMessage,
  type UploaderHello,
} from "@broadcast-ipc/protocol";
import type { ReceiverChannelSettings } from "./receiver-channel-settings.ts";

/** The maximum number of uploaders without a hello. One more replaces the oldest one. */
const maxSilent = 64;

/** The maximum number of uploaders that wait to be taken. One more is refused, and may try again later. */
const maxUntaken = 64;

type Channel = IPCChannel<unknown, ReceiverMessage>;

/** An uploader that has sent its hello. */
interface Introduced {
  readonly channel: Channel;
  readonly uploader: UploaderHello;
}

interface ReceiverServerOptions<Receiver> {
  readonly settings: ReceiverChannelSettings;
  /** Makes the receiver of an uploader when the uploader is taken. */
  readonly open: (introduced: Introduced) => Receiver;
}

/**
 * The uploaders on one path: yields a receiver for each uploader that connects, with its `name` and `id` known. An uploader
 * that reconnects is a new receiver with the same `id`. See {@link BroadcastReceiver.listen}.
 *
 * An uploader that is not taken from the server gets no demand, and is forgotten when it leaves.
 *
 * @example
 * const server = await BroadcastReceiver.listen(socketPath("cameras"));
 * for await (const receiver of server) {
 *   console.log(`${receiver.name} (${receiver.id}) connected`);
 *   show(receiver); // Not awaited: the loop continues with the next uploader.
 * }
 */
export class ReceiverServer<Receiver> implements AsyncIterable<Receiver>, AsyncDisposable {
  readonly #server: IPCServer<unknown, ReceiverMessage>;
  readonly #options: ReceiverServerOptions<Receiver>;
  /** Uploaders without a hello, oldest first. Aborting ends the wait for the hello. */
  readonly #silent = new Map<Channel, AbortController>();
  readonly #untaken = new PullQueue<Introduced>();
  #closing: Promise<void> | undefined;

  private constructor(server: IPCServer<unknown, ReceiverMessage>, options: ReceiverServerOptions<Receiver>) {
    this.#server = server;
    this.#options = options;
    this.#admitAll();
  }

  /** Listens at `path`. Rejects as {@link IPCServer.listen} does. */
  static async listen<Receiver>(
    path: string,
    options: ReceiverServerOptions<Receiver>,
  ): Promise<ReceiverServer<Receiver>> {
    return new ReceiverServer(
      await IPCServer.listen<unknown, ReceiverMessage>(path, options.settings),
      options,
    );
  }

  /**
   * An iterator over the receivers. Each receiver goes to one loop, once. Leaving the loop closes nothing. `next()` rejects
   * with `signal.reason` on abort, and with ERR_IPC_BUSY while another iterator's `next()` is pending. It is done after
   * {@link close}.
   */
  receivers(options: { readonly signal?: AbortSignal | undefined } = {}): AsyncIterableIterator<Receiver> {
    const untaken = this.#untaken.iterate(options);
    const receivers: AsyncIterableIterator<Receiver> = {
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

  [Symbol.asyncIterator](): AsyncIterableIterator<Receiver> {
    return this.receivers();
  }

  /**
   * Frees the path, unless another server has bound it since, and closes the connections of uploaders that were not taken.
   * Receivers that were taken stay open. Idempotent.
   */
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

  /** Waits for the hello of one uploader. Runs concurrently for all uploaders, so a silent one delays no other. */
  async #admit(channel: Channel): Promise<void> {
    const { handshakeTimeout, onRefused } = this.#options.settings;
    const [oldest] = this.#silent.keys();
    if (oldest && this.#silent.size >= maxSilent)
      this.#refuse(oldest, "it sent no hello, and others connected");
    const silent = new AbortController();
    this.#silent.set(channel, silent);
    const timer = setTimeout(
      () => this.#refuse(channel, `it sent no hello within ${handshakeTimeout} ms`),
      handshakeTimeout,
    );
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

  #refuse(channel: Channel, reason: string): void {
    this.#silent.get(channel)?.abort(refusal("ERR_IPC_TIMEOUT", reason));
    this.#silent.delete(channel);
  }

  #introduce(introduced: Introduced): void {
    if (this.#closing) throw refusal("ERR_IPC_CLOSED", "the server is closed");
    if (this.#untaken.size >= maxUntaken) {
      for (const one of this.#untaken.clear()) if (!one.channel.isClosed) this.#untaken.push(one);
    }
    if (this.#untaken.size >= maxUntaken) {
      throw refusal("ERR_IPC_CLOSED", `${maxUntaken} uploaders already wait to be taken`);
    }
    this.#untaken.push(introduced);
  }
}

function refusal(code: IPCChannelErrorCode, reason: string): IPCChannelError {
  return new IPCChannelError(code, `an uploader was refused: ${reason}`);
}

/**
 * Reads up to the uploader's hello. Earlier messages are skipped: without a demand and credit, an uploader has nothing to
 * send. Rejects with `signal.reason` on abort, or with the error that ended the channel. If a message was malformed, it may
 * have been meant as the hello, so its error is the `cause`.
 */
async function readHello(channel: Channel, signal: AbortSignal): Promise<UploaderHello> {
  let malformed: ProtocolError | undefined;
  try {
    const messages = channel.messages({ signal });
    for (let result = await messages.next(); !result.done; result = await messages.next()) {
      try {
        const message = parseUploaderMessage(result.value.header);
        if (message?.type === "hello") return message;
      } catch (error) {
        malformed = error as ProtocolError;
      }
    }
    throw new IPCChannelError("ERR_IPC_CLOSED", "the uploader left before it sent a hello");
  } catch (error) {
    const { code, message } = error as IPCChannelError;
    if (!malformed || !String(code).startsWith("ERR_IPC_")) throw error;
    throw new IPCChannelError(code, `${message} (${malformed.message})`, { cause: malformed });
  }
}
