import type { Duplex } from "node:stream";
import { settledWithin } from "./settled-within.ts";

/** How long each side waits for the other's end after a goodbye, in ms. */
const lingerTimeout = 100;

/** How long a destroyed stream may take to emit "close", in ms. */
const destroyTimeout = 1000;

/** Ends or destroys a connection's stream in bounded time, even if the stream never answers. */
export class Parting {
  readonly #duplex: Duplex;
  readonly #readEnd: Promise<void>;
  #resolveReadEnd: () => void = () => {};
  readonly #closed: Promise<void>;

  constructor(duplex: Duplex) {
    this.#duplex = duplex;
    this.#readEnd = new Promise((resolve) => {
      this.#resolveReadEnd = resolve;
    });
    this.#closed = new Promise((resolve) => {
      if (duplex.closed) resolve();
      else duplex.once("close", resolve);
    });
  }

  /** The peer's end has arrived. */
  onReadEnd(): void {
    this.#resolveReadEnd();
  }

  /** Ends the stream, then waits briefly for the peer's end. A peer that writes to a closed socket loses its unread bytes, our goodbye among them. */
  async linger(): Promise<void> {
    await settledWithin(Promise.all([this.#endWriting(), this.#readEnd]), lingerTimeout);
  }

  /** Destroys the stream; resolves when it is closed. */
  async destroy(): Promise<void> {
    this.#duplex.destroy();
    // Some streams never emit "close".
    await settledWithin(this.#closed, destroyTimeout);
  }

  #endWriting(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#duplex.destroyed) resolve();
      else this.#duplex.end(() => resolve());
    });
  }
}
