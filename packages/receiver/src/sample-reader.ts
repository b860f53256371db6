import { IPCChannelError, PullQueue } from "@broadcast-ipc/ipc-channel";
import type { Sample } from "./sample.ts";

type SampleType = Sample["type"];

interface SampleReaderOptions {
  /** The next sample of this type, if there is one. */
  readonly take: (type: SampleType) => Sample | undefined;
  /** Called with each sample just before it is handed out. */
  readonly onTake: (sample: Sample) => void;
  /** Called when the consumer asks for the next picture or the next sample of any type. */
  readonly onCome: () => void;
  /** Called after that, when the consumer has its sample or waits for it. */
  readonly onServed: () => void;
}

/** Options of {@link BroadcastReceiver.samples}. */
export interface SamplesOptions<Type extends SampleType = SampleType> {
  /** Cancels the loop: `next()` rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  /** Only samples of this type. Default: all types. */
  readonly type?: Type | undefined;
}

/** The queue of pending `next()` calls for one type of sample, or for all types. */
interface Exit {
  /** The types that are handed out; waiting samples of an earlier type go first. */
  readonly types: readonly SampleType[];
  readonly queue: PullQueue<Sample>;
}

/** Hands samples to consumers. Samples stay in their lanes until a `next()` is pending, so that it gets the newest picture. */
export class SampleReader {
  readonly #options: SampleReaderOptions;
  readonly #all: Exit;
  readonly #typed: Readonly<Record<SampleType, Exit>>;
  /** Set when no sample will come any more; its error is for the consumer, after the samples before it. */
  #ended: { readonly error: unknown } | undefined;

  constructor(options: SampleReaderOptions) {
    const exit = (...types: SampleType[]): Exit => ({ types, queue: new PullQueue(options.onTake) });
    this.#options = options;
    this.#all = exit("audio", "image");
    this.#typed = { image: exit("image"), audio: exit("audio") };
  }

  /** Whether a `next()` is pending that takes samples of this type. */
  isAwaited(type: SampleType): boolean {
    return this.#all.queue.isAwaited || this.#typed[type].queue.isAwaited;
  }

  /** To be called when there may be something to hand out, or somebody to take it. */
  offer(): void {
    for (const exit of this.#exits) this.#offer(exit);
  }

  /** No further samples will come. After the waiting samples, one `next()` of each exit rejects with `error`, if there is one. */
  end(error: unknown): void {
    this.#ended = { error };
    this.offer();
  }

  /** Hands out nothing any more. */
  close(): void {
    for (const { queue } of this.#exits) queue.end();
  }

  /** Throws a RangeError for a type that does not exist. */
  samples(options: SamplesOptions): AsyncIterableIterator<Sample> {
    const { signal, type } = options;
    if (type !== undefined && !Object.hasOwn(this.#typed, type)) {
      throw new RangeError('type must be "image" or "audio"');
    }
    const exit = type ? this.#typed[type] : this.#all;
    const queue = exit.queue.iterate({ signal });
    let hasLeft = false;
    const samples: AsyncIterableIterator<Sample> = {
      next: () => {
        if (!hasLeft && !signal?.aborted && this.#isBusyBeside(exit)) return Promise.reject(busy());
        if (exit.types.includes("image")) this.#options.onCome();
        const next = queue.next();
        this.#offer(exit);
        this.#options.onServed();
        return next;
      },
      return: async () => {
        hasLeft = true;
        await queue.return?.();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => samples,
    };
    return samples;
  }

  get #exits(): Exit[] {
    return [this.#all, ...Object.values(this.#typed)];
  }

  #offer({ types, queue }: Exit): void {
    while (queue.isAwaited) {
      const sample = this.#take(types);
      if (sample) queue.push(sample);
      else if (this.#ended) queue.end(this.#ended.error);
      else return;
    }
  }

  #take(types: readonly SampleType[]): Sample | undefined {
    for (const type of types) {
      const sample = this.#options.take(type);
      if (sample) return sample;
    }
    return undefined;
  }

  /** Whether a `next()` of another exit is pending for samples that this exit hands out too. */
  #isBusyBeside(exit: Exit): boolean {
    const others = exit === this.#all ? Object.values(this.#typed) : [this.#all];
    return others.some(({ queue }) => queue.isAwaited);
  }
}

function busy(): IPCChannelError {
  return new IPCChannelError("ERR_IPC_BUSY", "another iterator is waiting for the next sample");
}
