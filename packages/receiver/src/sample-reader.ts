import { IPCChannelError, PullQueue, settleInTurn } from "@broadcast-ipc/ipc-channel";
import type { Sample } from "./sample.ts";

type SampleType = Sample["type"];

/** Options of {@link BroadcastReceiver.samples}. */
export interface SamplesOptions<Type extends SampleType = SampleType> {
  /** Cancels the loop: `next()` rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  /** Only samples of this type. Default: all types. */
  readonly type?: Type | undefined;
}

/** The lanes that samples are read from. `serve` delivers waiting samples to pending `next()` calls. */
interface Lanes {
  readonly audio: { readonly waiting: { readonly length: number }; serve(): void };
  readonly video: { serve(): void; consumeHeld(): void };
}

/**
 * The consumer's end of the lanes. Holds the pending `next()` calls for samples of any type, for images, and for audio.
 * Samples stay in their lanes until a `next()` is pending, so that `next()` gets the newest video frame.
 */
export class SampleReader {
  readonly #all: PullQueue<Sample> = new PullQueue();
  readonly #typed: Readonly<Record<SampleType, PullQueue<Sample>>> = {
    image: new PullQueue(),
    audio: new PullQueue(),
  };
  /** Set after the last sample. `error` rejects one `next()` after the waiting samples. */
  #ended: { readonly error: unknown } | undefined;

  /**
   * Returns the queue whose pending `next()` gets the next sample of this type; `undefined` if no `next()` is pending for
   * this type.
   */
  awaiting(type: SampleType): PullQueue<Sample> | undefined {
    if (this.#all.isAwaited) return this.#all;
    return this.#typed[type].isAwaited ? this.#typed[type] : undefined;
  }

  /** Iterates over the samples of these lanes. Throws a RangeError for an unknown type. */
  samples(options: SamplesOptions, { audio, video }: Lanes): AsyncIterableIterator<Sample> {
    const { signal, type } = options;
    if (type !== undefined && !Object.hasOwn(this.#typed, type)) {
      throw new RangeError(`type must be "image" or "audio", got ${JSON.stringify(type)}`);
    }
    const queue = type ? this.#typed[type] : this.#all;
    const items = queue.iterate({ signal });
    let hasLeft = false;
    const samples: AsyncIterableIterator<Sample> = {
      next: () => {
        if (!hasLeft && !signal?.aborted && this.#isTaken(type)) return rejectBusy();
        // A call of next() consumes the video frame that the consumer holds. Audio precedes video.
        if (type !== "audio") video.consumeHeld();
        const next = items.next();
        if (type !== "image" && audio.waiting.length > 0) audio.serve();
        if (type !== "audio") video.serve();
        if (this.#ended) this.#finish(queue);
        return next;
      },
      return: async () => {
        hasLeft = true;
        await items.return?.();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => samples,
    };
    return samples;
  }

  /** Ends the queues after the waiting samples. With an `error`, one `next()` in each queue rejects with it. */
  end(error: unknown): void {
    this.#ended = { error };
    for (const queue of this.#queues) this.#finish(queue);
  }

  /** Ends all queues. Waiting samples are not delivered. */
  close(): void {
    for (const queue of this.#queues) queue.end();
  }

  get #queues(): readonly PullQueue<Sample>[] {
    return [this.#all, this.#typed.image, this.#typed.audio];
  }

  /** Whether another queue has a pending `next()` for the same samples. */
  #isTaken(type: SampleType | undefined): boolean {
    if (type) return this.#all.isAwaited;
    return this.#typed.image.isAwaited || this.#typed.audio.isAwaited;
  }

  /** After {@link end}, ends a queue with a pending `next()`, because no sample is left for that call. */
  #finish(queue: PullQueue<Sample>): void {
    if (this.#ended && queue.isAwaited) queue.end(this.#ended.error);
  }
}

function rejectBusy(): Promise<never> {
  const error = new IPCChannelError("ERR_IPC_BUSY", "another iterator is waiting for the next sample");
  return new Promise((_, reject) => settleInTurn(reject, error));
}
