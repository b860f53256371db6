import { IPCChannelError } from "../errors/ipc-channel-error.ts";
import { Fifo } from "./fifo.ts";
import { isTurnOver, postpone, rejectInTurn, settleInTurn } from "./settle-in-turn.ts";

interface Waiter<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * A queue that one consumer at a time reads with `for await`. Holds messages, channels or samples.
 *
 * Leaving a loop keeps the queue open. Another loop continues with the next item.
 *
 * @internal For packages that are built on this one.
 */
export class PullQueue<T> {
  /** Whether a `next()` is pending. Changed only by this class. A field instead of a getter, because a getter costs a call. */
  isAwaited = false;
  readonly #items = new Fifo<T>();
  readonly #onTake: (item: T) => void;
  /** Pending `next()` calls, which all belong to the iterator {@link #reader}. */
  readonly #waiters: Waiter<T>[] = [];
  #reader: object | undefined;
  #ended = false;
  #error: unknown;

  /** `onTake` is called with each item when it is taken. */
  constructor(onTake: (item: T) => void = () => {}) {
    this.#onTake = onTake;
  }

  /** The number of items that nobody has taken yet. */
  get size(): number {
    return this.#items.length;
  }

  /** Resolves the oldest pending `next()` with the item, or queues the item. Does nothing after {@link end}. */
  push(item: T): void {
    if (this.#ended) return;
    const waiter = this.#waiters.shift();
    if (!waiter) {
      this.#items.push(item);
      return;
    }
    this.isAwaited = this.#waiters.length > 0;
    this.#onTake(item);
    if (isTurnOver()) postpone(() => waiter.resolve({ done: false, value: item }));
    else waiter.resolve({ done: false, value: item });
  }

  /** Ends the queue. Queued items can still be taken. After the last item, one `next()` rejects with `error`, if given, and every other `next()` resolves as done. */
  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    for (const waiter of this.#takeWaiters()) this.#finish(waiter);
  }

  /** Removes and returns all items. */
  clear(): T[] {
    return this.#items.clear();
  }

  /** Removes and returns the items for which `isMatch` returns `true`. The other items stay, in order. */
  extract(isMatch: (item: T) => boolean): T[] {
    const extracted: T[] = [];
    for (const item of this.#items.clear()) {
      if (isMatch(item)) extracted.push(item);
      else this.#items.push(item);
    }
    return extracted;
  }

  /** Returns an iterator for `for await`. Its `next()` rejects with `signal.reason` on abort, and with ERR_IPC_BUSY while another iterator's `next()` is pending. */
  iterate(options: { readonly signal?: AbortSignal | undefined } = {}): AsyncIterableIterator<T, undefined> {
    const { signal } = options;
    let left = false;
    const iterator: AsyncIterableIterator<T, undefined> = {
      // Not an async function, so that a queued item costs only one promise.
      next: () => {
        if (left) return new Promise((resolve) => settleInTurn(resolve, done));
        if (signal?.aborted) return rejectInTurn(signal.reason);
        if (this.#waiters.length > 0 && this.#reader !== iterator) {
          return rejectInTurn(
            new IPCChannelError("ERR_IPC_BUSY", "another iterator is waiting for the next item"),
          );
        }
        if (this.#items.length > 0) {
          const value = this.#items.shift() as T;
          this.#onTake(value);
          if (!isTurnOver()) return Promise.resolve({ done: false, value });
          return new Promise((resolve) => postpone(() => resolve({ done: false, value })));
        }
        return new Promise((resolve, reject) => {
          this.#reader = iterator;
          const waiter = signal ? this.#abortable({ resolve, reject }, signal) : { resolve, reject };
          if (this.#ended) settleInTurn(() => this.#finish(waiter));
          else {
            this.#waiters.push(waiter);
            this.isAwaited = true;
          }
        });
      },
      return: async () => {
        left = true;
        if (this.#reader === iterator) for (const waiter of this.#takeWaiters()) waiter.resolve(done);
        return done;
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  #abortable({ resolve, reject }: Waiter<T>, signal: AbortSignal): Waiter<T> {
    const abort = () => {
      const index = this.#waiters.indexOf(waiter);
      // This next() already has a result, which is delivered in the next turn. A rejection here would lose the result.
      if (index < 0) return;
      this.#waiters.splice(index, 1);
      this.isAwaited = this.#waiters.length > 0;
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    const waiter: Waiter<T> = {
      resolve: (result) => {
        signal.removeEventListener("abort", abort);
        resolve(result);
      },
      reject: (reason) => {
        signal.removeEventListener("abort", abort);
        reject(reason);
      },
    };
    return waiter;
  }

  #takeWaiters(): Waiter<T>[] {
    this.isAwaited = false;
    return this.#waiters.splice(0);
  }

  #finish(waiter: Waiter<T>): void {
    const error = this.#error;
    this.#error = undefined;
    if (error === undefined) waiter.resolve(done);
    else waiter.reject(error);
  }
}

const done: IteratorReturnResult<undefined> = Object.freeze({ done: true, value: undefined });
