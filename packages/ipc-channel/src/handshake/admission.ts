import { PullQueue } from "../queue/pull-queue.ts";

/**
 * Options of {@link Admission}.
 *
 * @internal For packages that are built on this one.
 */
export interface AdmissionOptions<T> {
  /** The maximum number of pending peers. One more peer evicts the oldest pending peer. */
  readonly maxPending: number;
  /** The number of untaken results at which {@link Admission.makeRoom} returns false. */
  readonly maxUntaken: number;
  /** Returns the reason with which an evicted peer's signal aborts. */
  readonly evictionReason: () => unknown;
  /** Closes a result that nobody will take. */
  readonly close: (result: T) => Promise<void>;
  /** Whether an untaken result can be dropped to make room for another one. Default: no result can be dropped. */
  readonly isGone?: ((result: T) => boolean) | undefined;
  /** Called with the error of each peer that was not admitted, evicted peers included. Not called for peers that {@link Admission.close} aborts. */
  readonly onRefused: (error: unknown) => void;
}

/**
 * Admits peers concurrently and holds the results until they are taken. Bounds both the pending peers and the untaken
 * results, so that memory stays bounded and other peers are admitted even if some peers are silent.
 *
 * @internal For packages that are built on this one.
 */
export class Admission<T> {
  readonly #options: AdmissionOptions<T>;
  /** Pending peers, oldest first. */
  readonly #pending = new Set<AbortController>();
  readonly #untaken = new PullQueue<T>();
  #isClosed = false;

  constructor(options: AdmissionOptions<T>) {
    this.#options = options;
  }

  /**
   * Runs `admit` for a peer. The controller's signal aborts when the peer is evicted and after {@link close}; `admit` must
   * then reject soon. `admit` may also abort the controller itself, for example after a time-out. `admit` must close the peer
   * before it rejects. The returned promise resolves once the peer is admitted or refused, and never rejects.
   */
  async admit(admit: (controller: AbortController) => Promise<T>): Promise<void> {
    const { maxPending, evictionReason, close, onRefused } = this.#options;
    const [oldest] = this.#pending;
    if (oldest && this.#pending.size >= maxPending) {
      this.#pending.delete(oldest);
      oldest.abort(evictionReason());
    }
    const controller = new AbortController();
    this.#pending.add(controller);
    if (this.#isClosed) controller.abort(closed);
    try {
      const result = await admit(controller);
      if (this.#isClosed) await close(result);
      else this.#untaken.push(result);
    } catch (error) {
      if (error !== closed) onRefused(error);
    } finally {
      this.#pending.delete(controller);
    }
  }

  /**
   * Returns whether fewer than `maxUntaken` results wait to be taken. At the limit, first drops the waiting results for which
   * `isGone` returns true. Pending peers are not counted.
   */
  makeRoom(): boolean {
    const { maxUntaken, isGone } = this.#options;
    if (isGone && this.#untaken.size >= maxUntaken) {
      for (const result of this.#untaken.clear()) if (!isGone(result)) this.#untaken.push(result);
    }
    return this.#untaken.size < maxUntaken;
  }

  /** Iterates over the results. Each result goes to one iterator. See {@link PullQueue.iterate}. */
  iterate(options: { readonly signal?: AbortSignal | undefined } = {}): AsyncIterableIterator<T, undefined> {
    return this.#untaken.iterate(options);
  }

  /** Ends the iteration, aborts the pending peers and closes the untaken results. Resolves once those results are closed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#untaken.end();
    for (const controller of this.#pending) controller.abort(closed);
    await Promise.all(this.#untaken.clear().map((result) => this.#options.close(result)));
  }
}

/** The reason with which {@link Admission.close} aborts pending peers. */
const closed: unique symbol = Symbol("closed");
