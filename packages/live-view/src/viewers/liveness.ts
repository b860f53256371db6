import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";

/** The members of a `net.Socket` that show how much a peer has taken. Other streams may lack them. */
interface CountingStream {
  readonly bytesWritten?: number;
  readonly writableLength: number;
  /** Part of Node's implementation: bytes of the current write that the kernel has not taken. */
  readonly _handle?: { readonly writeQueueSize?: number } | null;
}

/**
 * Decides whether a peer is alive: it has answered a ping, or it has taken bytes. Messages from the peer do not
 * count, because a peer that never reads can send them.
 */
export class Liveness {
  readonly #stream: CountingStream;
  /** Content of the ping that is not answered yet. */
  #ping: Buffer | undefined;
  #hasAnswered = true;
  #missed = 0;
  #before = { taken: 0, queued: 0, isWaiting: false };

  constructor(stream: Duplex) {
    this.#stream = stream as unknown as CountingStream;
  }

  /** Records a pong. One that does not repeat the content of the ping has no effect: the peer need not have read the ping. */
  note(pong: Uint8Array): void {
    if (!this.#ping?.equals(pong)) return;
    this.#ping = undefined;
    this.#hasAnswered = true;
  }

  /**
   * Called at a fixed interval. Returns "dead" if the peer has neither answered nor taken bytes for two intervals, or the
   * content of a ping to send. While a ping is unanswered, no further ping is sent, so pings do not pile up.
   */
  check(): "alive" | "dead" | Buffer {
    const isAlive = this.#hasProgressed() || this.#hasAnswered;
    this.#hasAnswered = false;
    this.#missed = isAlive ? 0 : this.#missed + 1;
    if (this.#missed >= 2) return "dead";
    if (this.#ping) return "alive";
    this.#ping = randomBytes(8);
    return this.#ping;
  }

  /**
   * Returns whether the peer has taken bytes since the last call. Counts only bytes that waited at the last call,
   * because the kernel takes others without the peer.
   */
  #hasProgressed(): boolean {
    const { bytesWritten = 0, writableLength, _handle: handle } = this.#stream;
    const before = this.#before;
    const queued = handle?.writeQueueSize ?? 0;
    this.#before = { taken: bytesWritten - writableLength, queued, isWaiting: writableLength + queued > 0 };
    if (!before.isWaiting) return false;
    return (
      this.#before.taken > before.taken || (this.#before.taken === before.taken && queued < before.queued)
    );
  }
}
