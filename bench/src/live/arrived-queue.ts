import type { TakenPicture } from "./lane.ts";

interface ArrivedQueueOptions {
  readonly onFilled?: () => void;
  readonly onEmpty?: () => void;
}

/** Pictures that came by events, for a consumer who takes one at a time. */
export class ArrivedQueue {
  readonly #options: ArrivedQueueOptions;
  readonly #arrived: { readonly timestamp: number; readonly memory: unknown }[] = [];
  #onArrival: (() => void) | undefined;

  constructor(options: ArrivedQueueOptions = {}) {
    this.#options = options;
  }

  /** Keeps `memory` until the picture is taken. */
  push(timestamp: number, memory: unknown): void {
    this.#arrived.push({ timestamp, memory });
    this.#options.onFilled?.();
    this.#onArrival?.();
  }

  async *pictures(): AsyncGenerator<TakenPicture> {
    for (;;) {
      const picture = this.#arrived.shift();
      if (picture) {
        yield { timestamp: picture.timestamp, [Symbol.dispose]: () => {} };
        continue;
      }
      this.#options.onEmpty?.();
      await new Promise<void>((resolve) => {
        this.#onArrival = resolve;
      });
    }
  }
}
