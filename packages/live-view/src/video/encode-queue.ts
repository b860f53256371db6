import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";

/** Something that encodes one frame per turn. */
export interface EncodeJob {
  /** Must not reject. */
  run(): Promise<void>;
}

/** Number of jobs that run at a time by default: a quarter of the processors, so that other work is not slowed down. */
const defaultParallel = Math.max(1, Math.floor(availableParallelism() / 4));

/**
 * Runs encoding jobs in the order in which they were added, few at a time, and lets the event loop turn between them.
 * However many renditions viewers want, frames that need no encoding are not delayed. The renditions get fewer frames.
 */
export class EncodeQueue {
  readonly #parallel: number;
  readonly #waiting = new Set<EncodeJob>();
  readonly #running = new Set<EncodeJob>();

  constructor(parallel: number = defaultParallel) {
    this.#parallel = parallel;
  }

  /** Adds a job unless it already waits. A job that runs is run again afterwards. */
  add(job: EncodeJob): void {
    this.#waiting.add(job);
    this.#start();
  }

  #start(): void {
    for (const job of this.#waiting) {
      if (this.#running.size >= this.#parallel) return;
      if (!this.#running.has(job)) this.#run(job);
    }
  }

  async #run(job: EncodeJob): Promise<void> {
    this.#waiting.delete(job);
    this.#running.add(job);
    await job.run();
    await setImmediate();
    this.#running.delete(job);
    this.#start();
  }
}
