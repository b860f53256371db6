import { FramePacer, type Scheduler } from "@broadcast-ipc/protocol";

/** Time without a new frame after which the source counts as still, in ms. */
const stillTime = 700;

/** The timers of one viewer's video: when the next frame is due, and when the source stands still. */
export class FrameTimer {
  readonly #scheduler: Scheduler;
  readonly #pace = new FramePacer();
  readonly #onDue: () => void;
  #cancelDue: (() => void) | undefined;
  #cancelStill: (() => void) | undefined;

  /** `onDue` is called when a frame is due that was not due at {@link isDue}. */
  constructor(scheduler: Scheduler, onDue: () => void) {
    this.#scheduler = scheduler;
    this.#onDue = onDue;
  }

  now(): number {
    return this.#scheduler.now();
  }

  /** Sets the maximum rate, in frames per second; `undefined` removes the limit. */
  limit(maxFps: number | undefined): void {
    this.#pace.limit(maxFps);
  }

  /** Makes the next frame due at once. */
  reset(): void {
    this.#pace.reset();
  }

  /** Whether a frame may be sent now. Otherwise `onDue` is called as soon as one may be sent. */
  isDue(): boolean {
    this.#cancelDue?.();
    this.#cancelDue = undefined;
    const wait = this.#pace.dueAt - this.now();
    if (wait > 0) this.#cancelDue = this.#scheduler.schedule(this.#onDue, Math.ceil(wait));
    return wait <= 0;
  }

  /** Records a frame that is sent now. */
  pass(): void {
    this.#pace.pass(this.now());
    this.cancelStill();
  }

  /** Calls back when the source has stood still, unless a frame is sent before. */
  whenStill(callback: () => void): void {
    this.cancelStill();
    this.#cancelStill = this.#scheduler.schedule(callback, stillTime);
  }

  cancelStill(): void {
    this.#cancelStill?.();
    this.#cancelStill = undefined;
  }

  close(): void {
    this.#cancelDue?.();
    this.cancelStill();
  }
}
