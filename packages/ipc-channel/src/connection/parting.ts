import type { Duplex } from "node:stream";

/** How long this side waits after a goodbye until the peer ends the stream, in ms. */
const lingerTimeout = 100;

/** How long a destroyed stream may take to emit "close", in ms. */
const destroyTimeout = 1000;

/** Ends or destroys a connection's stream within a time limit, even if the stream emits no event. */
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

  /** Must be called when the peer has ended its side of the stream. */
  onReadEnd(): void {
    this.#resolveReadEnd();
  }

  /**
   * Ends the stream, and waits at most {@link lingerTimeout} ms until the peer ends its side too. If the peer writes to a closed
   * socket, the connection is reset, and the peer loses bytes that it has not read yet, such as the goodbye.
   */
  async linger(): Promise<void> {
    await settledWithin(Promise.all([this.#endWriting(), this.#readEnd]), lingerTimeout);
  }

  /** Destroys the stream. Resolves when the stream is closed, or after {@link destroyTimeout} ms. */
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

/** Resolves when `promise` resolves or after `milliseconds`, whichever is first. */
export async function settledWithin(promise: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, timeout]);
  clearTimeout(timer);
}
