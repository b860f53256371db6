import type { Demand, Scheduler, VideoDemand } from "@broadcast-ipc/protocol";

/** Time after which a smaller demand is applied, in ms, so that a viewer that reloads its page does not stop the capture. */
const lessDelay = 1_000;

/** The demand of a sink. A larger demand is applied at once, and a smaller one after a second. */
export class SinkDemand {
  readonly #scheduler: Scheduler;
  readonly #apply: (demand: Demand) => void;
  #current: Demand | undefined;
  #next: Demand | undefined;
  #cancelTimer: (() => void) | undefined;

  /** @param apply Sets the demand of the current receiver, if there is one. */
  constructor(scheduler: Scheduler, apply: (demand: Demand) => void) {
    this.#scheduler = scheduler;
    this.#apply = apply;
  }

  /** The demand that was applied last; `undefined` before the first {@link set}. */
  get current(): Demand | undefined {
    return this.#current;
  }

  /** Applies a demand now, or after a second if it asks for nothing that the current demand does not ask for. */
  set(demand: Demand): void {
    this.#next = demand;
    if (!this.#current || !asksNoMore(demand, this.#current)) this.#applyNext();
    else if (!isSame(demand, this.#current)) {
      this.#cancelTimer ??= this.#scheduler.schedule(() => this.#applyNext(), lessDelay);
    } else this.close();
  }

  /** Applies the newest demand at once. Call this for each new receiver. */
  renew(): void {
    if (this.#next) this.#applyNext();
  }

  /** Cancels a smaller demand that has not been applied yet. */
  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #applyNext(): void {
    this.close();
    this.#current = this.#next;
    if (this.#current) this.#apply(this.#current);
  }
}

/** Whether a demand asks for nothing that the current one does not ask for. */
function asksNoMore(next: Demand, current: Demand): boolean {
  if (next.audio !== null && current.audio === null) return false;
  if (next.video === null) return true;
  if (current.video === null) return false;
  const { video, before } = { video: next.video, before: current.video };
  const limits = ["maxFps", "maxWidth", "maxHeight"] as const;
  const rest = ({ maxFps, maxWidth, maxHeight, ...others }: VideoDemand) => JSON.stringify(others);
  return (
    rest(video) === rest(before) &&
    limits.every(
      (limit) => (video[limit] ?? Number.POSITIVE_INFINITY) <= (before[limit] ?? Number.POSITIVE_INFINITY),
    )
  );
}

function isSame(one: Demand, other: Demand): boolean {
  return asksNoMore(one, other) && asksNoMore(other, one);
}
