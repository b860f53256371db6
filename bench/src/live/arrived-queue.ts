import type { TakenFrame } from "./lane.ts";

interface ArrivedQueueOptions {
  readonly onFilled?: () => void;
  readonly onEmpty?: () => void;
}

/** Queues frames that arrive as events, so that a consumer can iterate over them one at a time. */
export class ArrivedQueue {
  readonly #options: ArrivedQueueOptions;
  readonly #arrived: { readonly timestamp: number; readonly memory: unknown }[] = [];
  #onArrival: (() => void) | undefined;

  constructor(options: ArrivedQueueOptions = {}) {
    this.#options = options;
  }

  /** Adds a frame. The queue references `memory` until the frame is consumed. */
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
