import { PullQueue } from "@broadcast-ipc/ipc-channel";
import type { Sample } from "./sample.ts";

interface SampleOutletOptions {
  /** The next sample, if there is one. */
  readonly take: () => Sample | undefined;
  /** Told of each sample just before it is handed out. */
  readonly onTake: (sample: Sample) => void;
  /** The consumer has come for the next sample. */
  readonly onCome: () => void;
  /** The consumer has got it, or waits. */
  readonly onServed: () => void;
}

/** Where samples leave: they lie in their lanes until a `next()` is pending, so that what is taken is decided as late as can be. */
export class SampleOutlet {
  readonly #options: SampleOutletOptions;
  readonly #next: PullQueue<Sample>;
  /** Set when no sample will come any more; its error is for the consumer, after the samples before it. */
  #ended: { readonly error: unknown } | undefined;

  constructor(options: SampleOutletOptions) {
    this.#options = options;
    this.#next = new PullQueue(options.onTake);
  }

  /** Whether a `next()` is pending. */
  get isAwaited(): boolean {
    return this.#next.isAwaited;
  }

  /** To be called when there may be something to hand out, or somebody to take it. */
  offer(): void {
    while (this.#next.isAwaited) {
      const sample = this.#options.take();
      if (sample) this.#next.push(sample);
      else if (this.#ended) this.#next.end(this.#ended.error);
      else return;
    }
  }

  /** Nothing follows what is waiting in the lanes; with an error, one `next()` rejects with it then. */
  end(error: unknown): void {
    this.#ended = { error };
    this.offer();
  }

  /** Hands out nothing any more. */
  close(): void {
    this.#next.end();
  }

  samples(options: { readonly signal?: AbortSignal | undefined }): AsyncIterableIterator<Sample> {
    const queue = this.#next.iterate(options);
    const samples: AsyncIterableIterator<Sample> = {
      next: () => {
        this.#options.onCome();
        const next = queue.next();
        this.offer();
        this.#options.onServed();
        return next;
      },
      return: async () => {
        await queue.return?.();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => samples,
    };
    return samples;
  }
}
