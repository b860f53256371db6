import type { Scheduler } from "@broadcast-ipc/protocol";
import { TokenBucket } from "./token-bucket.ts";

/** Runs an action at a bounded rate. Runs that exceed the rate are combined into one later run. */
export class Throttle {
  readonly #scheduler: Scheduler;
  readonly #action: () => void;
  readonly #bucket: TokenBucket;
  #cancel: (() => void) | undefined;

  constructor(scheduler: Scheduler, perSecond: number, burst: number, action: () => void) {
    this.#scheduler = scheduler;
    this.#action = action;
    this.#bucket = new TokenBucket(perSecond, burst, scheduler.now());
  }

  /** Runs the action now, or as soon as the rate allows it. */
  run(): void {
    if (this.#cancel) return;
    const wait = this.#bucket.wait(this.#scheduler.now());
    if (wait > 0) {
      this.#cancel = this.#scheduler.schedule(() => {
        this.#cancel = undefined;
        this.run();
      }, wait);
      return;
    }
    this.#bucket.take(1, this.#scheduler.now());
    this.#action();
  }

  /** Cancels a later run. */
  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
