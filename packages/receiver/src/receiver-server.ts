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
  /** Waits for each uploader's hello, and holds the uploaders that are not taken yet. */
  readonly #admission: Admission<Introduced>;
  #closing: Promise<void> | undefined;

  private constructor(server: IPCServer<unknown, ReceiverMessage>, options: ReceiverServerOptions<Receiver>) {
    this.#server = server;
    this.#options = options;
    this.#admission = new Admission<Introduced>({
      maxPending: maxSilent,
      maxUntaken,
      evictionReason: () => refusal("ERR_IPC_TIMEOUT", "it sent no hello, and others connected"),
      close: ({ channel }) => channel.close(),
      isGone: ({ channel }) => channel.isClosed,
      onRefused: options.settings.onRefused,
    });
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
    await Promise.all([this.#server.close(), this.#admission.close()]);
  }

  async #admitAll(): Promise<void> {
    for await (const channel of this.#server) {
      this.#admission.admit((controller) => this.#introduce(channel, controller));
    }
  }

  /** Waits for the hello. Closes the channel and rejects if none arrives, or if too many uploaders wait to be taken. */
  async #introduce(channel: Channel, controller: AbortController): Promise<Introduced> {
    const { handshakeTimeout } = this.#options.settings;
    const late = () =>
      controller.abort(refusal("ERR_IPC_TIMEOUT", `it sent no hello within ${handshakeTimeout} ms`));
    const timer = setTimeout(late, handshakeTimeout);
    try {
      const uploader = await readHello(channel, controller.signal);
      if (this.#admission.makeRoom()) return { channel, uploader };
      throw refusal("ERR_IPC_CLOSED", `${maxUntaken} uploaders already wait to be taken`);
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
    if (!malformed || !isIPCChannelError(error)) throw error;
    throw new IPCChannelError(error.code, `${error.message} (${malformed.message})`, { cause: malformed });
  }
}
