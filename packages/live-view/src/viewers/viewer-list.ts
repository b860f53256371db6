import type { ViewMessage } from "../wire/view-messages.ts";
import type { ViewerConnection } from "./viewer-connection.ts";

/** Time between two figures, in ms. */
const figuresInterval = 500;

/** The connected viewers. While there are any, their figures are sent and their connections are checked. */
export class ViewerList implements Iterable<ViewerConnection> {
  readonly #pingInterval: number;
  readonly #connections = new Set<ViewerConnection>();
  /** Counts of viewers that have left. */
  readonly #left = { frames: 0, bytes: 0 };
  #timers: NodeJS.Timeout[] = [];

  constructor(pingInterval: number) {
    this.#pingInterval = pingInterval;
  }

  get size(): number {
    return this.#connections.size;
  }

  /** Number of frames and bytes that were sent to all viewers, also to those that have left. */
  get sent(): { readonly frames: number; readonly bytes: number } {
    let { frames, bytes } = this.#left;
    for (const { video, socket } of this.#connections) {
      frames += video.sent;
      bytes += socket.sentBytes;
    }
    return { frames, bytes };
  }

  add(connection: ViewerConnection): void {
    this.#connections.add(connection);
    if (this.#timers.length > 0) return;
    const check = () => {
      for (const connection of this.#connections) connection.check();
    };
    this.#timers = [
      setInterval(() => this.#tellFigures(), figuresInterval).unref(),
      setInterval(check, this.#pingInterval).unref(),
    ];
  }

  delete(connection: ViewerConnection): void {
    if (!this.#connections.delete(connection)) return;
    this.#left.frames += connection.video.sent;
    this.#left.bytes += connection.socket.sentBytes;
    if (this.#connections.size > 0) return;
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
  }

  /** Sends a state to all viewers, see `ViewerConnection.tellState`. */
  tellState(name: string, message: ViewMessage): void {
    const text = JSON.stringify(message);
    for (const { socket } of this.#connections) socket.sendState(name, text);
  }

  [Symbol.iterator](): IterableIterator<ViewerConnection> {
    return this.#connections.values();
  }

  #tellFigures(): void {
    const viewers = this.size;
    for (const connection of this.#connections) {
      connection.tellState("figures", { type: "figures", viewers, replaced: connection.video.replaced });
    }
  }
}
