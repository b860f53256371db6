import type { Duplex } from "node:stream";
import { settledWithin } from "./settled-within.ts";

/** How long the two sides wait for each other's end once a goodbye is said, in ms. */
const lingerTimeout = 100;

/** How long a destroyed stream may take to say that it is closed, in ms. */
const destroyTimeout = 1000;

/** How a connection takes leave of its stream, in bounded time whatever the stream does. */
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

  /** Nothing more will be read. */
  onReadEnd(): void {
    this.#resolveReadEnd();
  }

  /** Ends the stream, and reads on for a moment until the peer does so too: one that writes to a stream which is gone loses what it has not read of it, our goodbye first of all. */
  async linger(): Promise<void> {
    await settledWithin(Promise.all([this.#endWriting(), this.#readEnd]), lingerTimeout);
  }

  /** Destroys the stream; resolves when it is closed. */
  async destroy(): Promise<void> {
    this.#duplex.destroy();
    // Some streams never say that they are closed.
    await settledWithin(this.#closed, destroyTimeout);
  }

  #endWriting(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#duplex.destroyed) resolve();
      else this.#duplex.end(() => resolve());
    });
  }
}
