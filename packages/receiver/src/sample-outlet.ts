import { PullQueue } from "@broadcast-ipc/ipc-channel";
import type { PictureLane } from "./picture-lane.ts";
import type { PictureSample, Sample } from "./sample.ts";
import type { SoundLane } from "./sound-lane.ts";

interface SampleOutletOptions {
  readonly pictures: PictureLane;
  readonly sound: SoundLane;
  /** Told of each picture as it is handed out. */
  readonly onPicture: (picture: PictureSample) => void;
}

/** Where samples leave: they lie in their lanes until a `next()` is pending, so that what is taken is decided as late as can be. */
export class SampleOutlet {
  readonly #options: SampleOutletOptions;
  readonly #next: PullQueue<Sample>;
  /** Set when no sample will come any more; its error is for the consumer, after the samples before it. */
  #ended: { readonly error: unknown } | undefined;

  constructor(options: SampleOutletOptions) {
    this.#options = options;
    this.#next = new PullQueue((sample) => {
      if (sample.type !== "image") return;
      options.pictures.hold(sample);
      options.onPicture(sample);
    });
  }

  /** Whether a `next()` is pending. */
  get isAwaited(): boolean {
    return this.#next.isAwaited;
  }

  /** To be called when there may be something to hand out, or somebody to take it. */
  offer(): void {
    const { pictures, sound } = this.#options;
    while (this.#next.isAwaited) {
      const sample = sound.shift() ?? pictures.shift();
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
    const { pictures } = this.#options;
    const queue = this.#next.iterate(options);
    const samples: AsyncIterableIterator<Sample> = {
      next: () => {
        pictures.consumeHeld();
        const next = queue.next();
        this.offer();
        pictures.giveCredit();
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
