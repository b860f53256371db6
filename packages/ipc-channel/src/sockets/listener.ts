import { createServer, type Server, type Socket } from "node:net";
import { systemError } from "../errors/system-error.ts";
import { Admission } from "../handshake/admission.ts";
import { evicted } from "../handshake/establish.ts";
import { bindSocket, type Unbind } from "./bind-socket.ts";

/** The maximum number of concurrent handshakes. One more peer evicts the oldest peer in a handshake. */
const maxHandshakes = 64;

/** The number of untaken channels at which the listener drops new connections. Dropped peers may retry. */
const maxUntaken = 64;

/** A channel that a {@link Listener} can close. */
export interface Closable {
  close(): Promise<void>;
}

/** Options of {@link Listener.listen}. */
export interface ListenerOptions<C> {
  /** Makes a channel over a socket. Rejects if the peer is not admitted, and soon after the signal aborts. */
  readonly admit: (socket: Socket, signal: AbortSignal) => Promise<C>;
  readonly signal?: AbortSignal | undefined;
  readonly onRefused?: ((error: unknown) => void) | undefined;
}

/** Listens at a path, runs handshakes concurrently, and queues the admitted channels. */
export class Listener<C extends Closable> {
  readonly #options: ListenerOptions<C>;
  readonly #server: Server;
  readonly #admission: Admission<C>;
  #unbind: Unbind = async () => {};
  #isBound = false;
  #closing: Promise<void> | undefined;

  private constructor(options: ListenerOptions<C>) {
    this.#options = options;
    this.#admission = new Admission({
      maxPending: maxHandshakes,
      maxUntaken,
      evictionReason: () => evicted,
      close: (channel) => channel.close(),
      onRefused: (error) => {
        if (error !== evicted) options.onRefused?.(error);
      },
    });
    this.#server = createServer((socket) => this.#onSocket(socket));
    // Added before the server listens, because an 'error' event without a listener ends the process.
    this.#server.on("error", (error) => this.#onError(error));
  }

  /** Resolves once the path is bound. Rejects with ERR_IPC_PATH_INVALID, ERR_IPC_PATH_IN_USE, ERR_IPC_RESOURCES, or `signal.reason`, and leaves nothing bound. */
  static async listen<C extends Closable>(path: string, options: ListenerOptions<C>): Promise<Listener<C>> {
    const { signal } = options;
    signal?.throwIfAborted();
    const listener = new Listener<C>(options);
    listener.#unbind = await bindSocket(listener.#server, path, signal);
    listener.#isBound = true;
    if (signal?.aborted) {
      await listener.close();
      throw signal.reason;
    }
    return listener;
  }

  /** Iterates over the admitted channels. Each channel goes to one iterator. The iteration ends after {@link close}. */
  iterate(options: { readonly signal?: AbortSignal | undefined } = {}): AsyncIterableIterator<C> {
    return this.#admission.iterate(options);
  }

  /** Frees the path and closes the channels that nobody has taken. Taken channels stay open. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([this.#admission.close(), this.#unbind()]);
  }

  /** Reports errors after the path is bound: failed accept(2) calls, for example for lack of descriptors. The server continues. {@link bindSocket} reports earlier errors. */
  #onError(cause: Error): void {
    if (!this.#isBound) return;
    this.#options.onRefused?.(systemError("ERR_IPC_CLOSED", "a peer could not be accepted", cause));
  }

  #onSocket(socket: Socket): void {
    if (this.#closing || !this.#admission.makeRoom()) socket.destroy();
    else this.#admission.admit(({ signal }) => this.#options.admit(socket, signal));
  }
}
