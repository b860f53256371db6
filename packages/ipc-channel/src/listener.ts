import { createServer, type Server, type Socket } from "node:net";
import { bindSocket, type Unbind } from "./bind-socket.ts";
import { evicted } from "./establish.ts";
import { PullQueue } from "./pull-queue.ts";
import { systemError } from "./system-error.ts";

/** With this many peers in their handshake, the next one to connect takes the place of the oldest. */
const maxHandshakes = 64;

/** With this many channels that nobody has taken, who connects is dropped at once, and may try again later. */
const maxUntaken = 64;

/** What a {@link Listener} can close. */
interface Closable {
  close(): Promise<void>;
}

/** What a {@link Listener} does with the sockets that come in. */
export interface ListenerOptions<C> {
  /** Makes a channel of a socket; rejects where the peer is not admitted, and soon after the signal aborts. */
  readonly admit: (socket: Socket, signal: AbortSignal) => Promise<C>;
  readonly signal?: AbortSignal | undefined;
  readonly onRefused?: ((error: unknown) => void) | undefined;
}

/** A bound path: runs the handshakes of all who connect side by side, and queues the channels that come of them. */
export class Listener<C extends Closable> {
  readonly #options: ListenerOptions<C>;
  readonly #server: Server;
  /** The handshakes under way, oldest first. */
  readonly #handshakes = new Set<AbortController>();
  readonly #untaken = new PullQueue<C>();
  #unbind: Unbind = async () => {};
  #isBound = false;
  #closing: Promise<void> | undefined;

  private constructor(options: ListenerOptions<C>) {
    this.#options = options;
    this.#server = createServer((socket) => this.#handshake(socket));
    // Added at once: an 'error' event without a listener ends the process.
    this.#server.on("error", (error) => this.#onError(error));
  }

  /** Resolves once the path is bound. Rejects with ERR_IPC_PATH_INVALID, ERR_IPC_PATH_IN_USE, ERR_IPC_RESOURCES, or `signal.reason`, with nothing left bound. */
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

  /** The admitted channels, each once. Done after {@link close}. */
  iterate(options: { readonly signal?: AbortSignal | undefined } = {}): AsyncIterableIterator<C> {
    return this.#untaken.iterate(options);
  }

  /** Frees the path and closes the channels that nobody has taken; those that were taken go on. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#untaken.end();
    for (const handshake of this.#handshakes) handshake.abort();
    await Promise.all([this.#unbind(), ...this.#untaken.clear().map((channel) => channel.close())]);
  }

  /** Until the path is bound, {@link bindSocket} reports errors. Later errors are failed accept(2) calls, for example for lack of descriptors; the server continues. */
  #onError(cause: Error): void {
    if (!this.#isBound) return;
    this.#options.onRefused?.(systemError("ERR_IPC_CLOSED", "a peer could not be accepted", cause));
  }

  async #handshake(socket: Socket): Promise<void> {
    if (this.#closing || this.#untaken.size >= maxUntaken) {
      socket.destroy();
      return;
    }
    const handshake = new AbortController();
    const [oldest] = this.#handshakes;
    if (oldest && this.#handshakes.size >= maxHandshakes) {
      this.#handshakes.delete(oldest);
      oldest.abort(evicted);
    }
    this.#handshakes.add(handshake);
    try {
      const channel = await this.#options.admit(socket, handshake.signal);
      if (this.#closing) await channel.close();
      else this.#untaken.push(channel);
    } catch (error) {
      if (error !== handshake.signal.reason) this.#options.onRefused?.(error);
    } finally {
      this.#handshakes.delete(handshake);
    }
  }
}
