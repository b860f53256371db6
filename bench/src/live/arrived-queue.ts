import type { TakenFrame } from "./lane.ts";

interface ArrivedQueueOptions {
  readonly onFilled?: () => void;
  readonly onEmpty?: () => void;
}

/** Turns frames that arrive as events into an iterable for a consumer that takes one at a time. */
export class ArrivedQueue {
  readonly #options: ArrivedQueueOptions;
  readonly #arrived: { readonly timestamp: number; readonly memory: unknown }[] = [];
  #onArrival: (() => void) | undefined;

  constructor(options: ArrivedQueueOptions = {}) {
    this.#options = options;
  }

  /** Adds a frame; `memory` is kept until the frame is taken. */
  push(timestamp: number, memory: unknown): void {
    this.#arrived.push({ timestamp, memory });
    this.#options.onFilled?.();
    this.#onArrival?.();
  }

  async *frames(): AsyncGenerator<TakenFrame> {
    for (;;) {
      const frame = this.#arrived.shift();
      if (frame) {
        yield { timestamp: frame.timestamp, [Symbol.dispose]: () => {} };
        continue;
      }
      this.#options.onEmpty?.();
      await new Promise<void>((resolve) => {
        this.#onArrival = resolve;
      });
    }
  }
}
