import { StallWatch } from "./stall-watch.ts";

interface StallTimerOptions {
  /** Duration after which a wait is a stall, in ms. */
  readonly stallAfter: number;
  /** Whether the consumer waits for a video frame and video is wanted. */
  readonly isWaiting: () => boolean;
  readonly onEvent: (event: "stall" | "resume") => void;
}

/** Runs a {@link StallWatch} with a timer. */
export class StallTimer {
  readonly #options: StallTimerOptions;
  readonly #watch: StallWatch;
  /** One timer for all waits. A new frame does not restart the timer, so it may fire before a wait is a stall. */
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: StallTimerOptions) {
    this.#options = options;
    this.#watch = new StallWatch(options.stallAfter);
  }

  /** Starts a wait if the consumer waits for a frame and no wait has started. Called when that may have become true. */
  update(): void {
    if (this.#isStopped || !this.#options.isWaiting()) return;
    this.#watch.wait(performance.now());
    this.#arm();
  }

  /** Ends the wait, because a frame is ready. */
  arrive(): void {
    if (this.#watch.arrive()) this.#options.onEvent("resume");
  }

  /** Ends the wait, because no video is wanted. */
  reset(): void {
    this.#watch.reset();
  }

  /** Stops the timer, because no more frames will arrive. */
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
