import {
  Admission,
  type IPCChannel,
  IPCChannelError,
  type IPCChannelErrorCode,
  IPCServer,
  isIPCChannelError,
} from "@broadcast-ipc/ipc-channel";
import {
  type ProtocolError,
  parseUploaderMessage,
  type ReceiverMessage,
  type UploaderHello,
} from "@broadcast-ipc/protocol";
import type { ReceiverChannelSettings } from "./receiver-channel-settings.ts";

/** Maximum number of uploaders without a hello. A new one replaces the oldest one. */
const maxSilent = 64;

/** Maximum number of uploaders that wait for a `next()` call. Further uploaders are refused and may try again later. */
const maxUntaken = 64;

type Channel = IPCChannel<unknown, ReceiverMessage>;

/** An uploader that has sent its hello. */
interface Introduced {
  readonly channel: Channel;
  readonly uploader: UploaderHello;
}

interface ReceiverServerOptions<Receiver> {
  readonly settings: ReceiverChannelSettings;
  /** Creates the receiver of an uploader when the iterator yields it. */
  readonly open: (introduced: Introduced) => Receiver;
}

/**
 * A server for any number of uploaders on one path. Yields a receiver for each uploader that connects, with its `name`
 * and `id` known. An uploader that reconnects is a new receiver with the same `id`. See {@link BroadcastReceiver.listen}.
 *
 * An uploader that waits for a `next()` call gets no demand, and is removed if it disconnects.
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
  /** Waits for each uploader's hello, and queues the uploaders for `next()` calls. */
  readonly #admission: Admission<Introduced>;
  #closing: Promise<void> | undefined;

  private constructor(server: IPCServer<unknown, ReceiverMessage>, options: ReceiverServerOptions<Receiver>) {
    this.#server = server;
    this.#options = options;
    this.#admission = new Admission<Introduced>({
      maxPending: maxSilent,
      maxUntaken,
      evictionReason: () => refusal("ERR_IPC_TIMEOUT", "it sent no hello before newer uploaders connected"),
      close: ({ channel }) => channel.close(),
      isGone: ({ channel }) => channel.isClosed,
      onRefused: options.settings.onRefused,
    });
    this.#admitAll();
  }

  /**
   * Listens at `path`. Rejects like {@link IPCServer.listen}.
   *
   * @internal Call {@link BroadcastReceiver.listen}.
   */
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
   * Iterates over the receivers. Each receiver is yielded once, to one loop. Leaving the loop keeps the server open.
   * `next()` rejects with `signal.reason` on abort, and with ERR_IPC_BUSY while another iterator's `next()` is pending.
   * The iterator is done after {@link close}.
   */
  receivers(options: { readonly signal?: AbortSignal | undefined } = {}): AsyncIterableIterator<Receiver> {
    const untaken = this.#admission.iterate(options);
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

  /** Same as {@link receivers} without options. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Receiver> {
    return this.receivers();
  }

  /**
   * Frees the path, unless another server has bound it since. Closes the connections of uploaders that were not yielded.
   * Receivers that were yielded stay open. Idempotent.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Same as {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    await Promise.all([this.#server.close(), this.#admission.close()]);
  }

  async #admitAll(): Promise<void> {
    for await (const channel of this.#server) {
      this.#admission.admit((controller) => this.#introduce(channel, controller));
    }
  }

  /** Waits for the hello. Closes the channel and rejects if none arrives, or if too many uploaders wait for a `next()` call. */
  async #introduce(channel: Channel, controller: AbortController): Promise<Introduced> {
    const { handshakeTimeout } = this.#options.settings;
    const late = () =>
      controller.abort(refusal("ERR_IPC_TIMEOUT", `it sent no hello within ${handshakeTimeout} ms`));
    const timer = setTimeout(late, handshakeTimeout);
    try {
      const uploader = await readHello(channel, controller.signal);
      if (this.#admission.makeRoom()) return { channel, uploader };
      throw refusal("ERR_IPC_CLOSED", `${maxUntaken} uploaders are already waiting`);
    } catch (error) {
      channel.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

function refusal(code: IPCChannelErrorCode, reason: string): IPCChannelError {
  return new IPCChannelError(code, `an uploader was refused: ${reason}`);
}

/**
 * Reads messages until the uploader's hello. Skips earlier messages: an uploader without demand and credit has nothing to
 * send. Rejects with `signal.reason` on abort, or with the error that ended the channel. If a message was malformed, its
 * error is the `cause`, because that message may have been the hello.
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
    throw new IPCChannelError("ERR_IPC_CLOSED", "the uploader disconnected before it sent a hello");
  } catch (error) {
    if (!malformed || !isIPCChannelError(error)) throw error;
    throw new IPCChannelError(error.code, `${error.message} (${malformed.message})`, { cause: malformed });
  }
}
