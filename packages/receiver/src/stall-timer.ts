import { StallWatch } from "./stall-watch.ts";

interface StallTimerOptions {
  /** In ms. */
  readonly stallAfter: number;
  /** Whether the consumer waits, and pictures are wanted. */
  readonly isWaiting: () => boolean;
  readonly onEvent: (event: "stall" | "resume") => void;
}

/** A {@link StallWatch} with a clock. */
export class StallTimer {
  readonly #options: StallTimerOptions;
  readonly #watch: StallWatch;
  /** One at most; it may run out too early, but never is there one for each picture. */
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: StallTimerOptions) {
    this.#options = options;
    this.#watch = new StallWatch(options.stallAfter);
  }

  /** To be called when the consumer may have begun to wait. */
  update(): void {
    if (this.#isStopped || !this.#options.isWaiting()) return;
    this.#watch.wait(performance.now());
    this.#arm();
  }

  /** A picture is there. */
  arrive(): void {
    if (this.#watch.arrive()) this.#options.onEvent("resume");
  }

  /** Pictures are not wanted any more, for now. */
  reset(): void {
    this.#watch.reset();
  }

  /** There will be no more pictures. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #arm(): void {
    const { dueAt } = this.#watch;
    if (this.#timer || dueAt === undefined) return;
    this.#timer = setTimeout(() => this.#onTime(), Math.max(0, Math.ceil(dueAt - performance.now())));
    this.#timer.unref();
  }

  #onTime(): void {
    this.#timer = undefined;
    if (!this.#options.isWaiting()) return;
    if (this.#watch.check(performance.now())) this.#options.onEvent("stall");
    else this.#arm();
  }
}
