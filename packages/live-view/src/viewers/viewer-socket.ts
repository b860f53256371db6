import type { Duplex } from "node:stream";
import type { Scheduler } from "@broadcast-ipc/protocol";
import type { WebSocket } from "ws";
import { closeReason } from "./close-reason.ts";
import { Liveness } from "./liveness.ts";
import { TokenBucket } from "./token-bucket.ts";

/** Maximum number of bytes of texts that wait in a viewer's socket. One longer text may wait alone. */
const maxWaitingText = 256 * 1_024;

/** Maximum length of the states that wait, in UTF-16 code units. One longer state may wait alone. */
const maxWaitingStates = 1_024 * 1_024;

/** Messages that a viewer may send per second, and at once. A long message counts as one message for each KiB. */
const messageRate = 500;
const messageBurst = 1_000;

/** Time for the closing handshake, in ms. */
const closeTimeout = 1_000;

/** Callbacks of a {@link ViewerSocket}. */
export interface ViewerSocketHandlers {
  /** Called with each text message until the socket is closed. */
  onMessage(text: string): void;
  /** Called once, as soon as this side or the viewer closes the socket. Later messages are not read. */
  onClosed(code: number): void;
}

/**
 * A viewer's WebSocket, which bounds what waits for the viewer and how much it sends. However many messages the viewer
 * sends, what waits stays bounded. A viewer that sends too fast is read more slowly.
 */
export class ViewerSocket {
  /** Resolves when the connection is closed. */
  readonly ended: Promise<void>;
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  readonly #scheduler: Scheduler;
  readonly #handlers: ViewerSocketHandlers;
  readonly #bucket: TokenBucket;
  readonly #liveness: Liveness;
  /** States that wait until earlier texts have left, by name. */
  readonly #states = new Map<string, string>();
  /** Length of {@link #states}, in UTF-16 code units. */
  #statesLength = 0;
  #waitingText = 0;
  #sentBytes = 0;
  #isClosed = false;

  constructor(
    socket: WebSocket,
    stream: Duplex,
    { scheduler, ...handlers }: ViewerSocketHandlers & { readonly scheduler: Scheduler },
  ) {
    this.#socket = socket;
    this.#stream = stream;
    this.#scheduler = scheduler;
    this.#handlers = handlers;
    this.#bucket = new TokenBucket(messageRate, messageBurst, scheduler.now());
    this.#liveness = new Liveness(stream);
    // Without a listener, a socket error would end the process. A 'close' event follows every error.
    socket.on("error", () => {});
    socket.on("message", (data: Buffer, isBinary) => this.#receive(data, isBinary));
    socket.on("ping", () => this.#count(1));
    socket.on("pong", (data) => {
      this.#count(1);
      this.#liveness.note(data);
    });
    socket.on("close", (code) => this.#leave(code));
    this.ended = new Promise((resolve) => socket.once("close", () => resolve()));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Number of bytes that were passed to the socket. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** Number of bytes that wait in this process. */
  get waitingBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** Sends a text. Returns `false` if the text was dropped because too much text waits. */
  sendText(text: string): boolean {
    const length = Buffer.byteLength(text);
    const isTooMuch = this.#waitingText > 0 && this.#waitingText + length > maxWaitingText;
    if (this.#isClosed || isTooMuch) return false;
    this.#waitingText += length;
    this.#sentBytes += length;
    this.#socket.send(text, () => {
      this.#waitingText -= length;
      this.#sendStates();
    });
    return true;
  }

  /**
   * Sends a text that replaces an earlier text of the same name if that text still waits. If the waiting texts are too
   * long, the oldest ones are dropped.
   */
  sendState(name: string, text: string): void {
    if (this.#states.size === 0 && this.sendText(text)) return;
    if (this.#isClosed) return;
    this.#statesLength += text.length - (this.#states.get(name)?.length ?? 0);
    this.#states.set(name, text);
    for (const oldest of this.#states.keys()) {
      if (this.#statesLength <= maxWaitingStates || oldest === name) return;
      this.#forgetState(oldest);
    }
  }

  /**
   * Sends a header and data as two messages. The caller bounds what waits: `onFlushed` is called once, when the bytes have
   * left this process or the connection has ended. The data is not copied and must not change until then.
   */
  sendMedia(header: string, data: Uint8Array, onFlushed: () => void): void {
    if (this.#isClosed) {
      onFlushed();
      return;
    }
    this.#sentBytes += header.length + data.byteLength;
    // With a cork, both messages leave in one system call.
    this.#stream.cork();
    this.#socket.send(header);
    this.#socket.send(data, { binary: true }, onFlushed);
    this.#stream.uncork();
  }

  /**
   * Checks whether the viewer is alive, see {@link Liveness}. Called at a fixed interval. Terminates the connection if it
   * is not.
   */
  checkLiveness(): void {
    if (this.#isClosed) return;
    const verdict = this.#liveness.check();
    if (verdict === "dead") this.terminate();
    else if (verdict !== "alive") this.#socket.ping(verdict);
  }

  /** Closes the WebSocket. From now on, nothing that the viewer sends has an effect. */
  close(code: number, reason = ""): void {
    if (this.#isClosed) return;
    this.#leave(code);
    this.#socket.close(code, closeReason(reason));
    this.#socket.resume();
    this.#scheduler.schedule(() => this.#socket.terminate(), closeTimeout);
  }

  /** Ends the connection at once. */
  terminate(): void {
    this.#leave(1006);
    this.#socket.terminate();
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#isClosed) return;
    this.#count(1 + data.byteLength / 1_024);
    if (isBinary) this.close(1008, "A binary message is invalid.");
    else this.#handlers.onMessage(data.toString());
  }

  #count(tokens: number): void {
    const now = this.#scheduler.now();
    this.#bucket.take(tokens, now);
    const wait = this.#bucket.wait(now);
    if (wait === 0 || this.#socket.isPaused || this.#isClosed) return;
    this.#socket.pause();
    this.#scheduler.schedule(() => this.#socket.resume(), wait);
  }

  #sendStates(): void {
    for (const [name, text] of this.#states) {
      if (!this.sendText(text)) return;
      this.#forgetState(name);
    }
  }

  #forgetState(name: string): void {
    this.#statesLength -= this.#states.get(name)?.length ?? 0;
    this.#states.delete(name);
  }

  #leave(code: number): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#states.clear();
    this.#statesLength = 0;
    this.#handlers.onClosed(code);
  }
}
