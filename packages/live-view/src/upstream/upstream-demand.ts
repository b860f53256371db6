import type { AudioDemand, Scheduler, VideoDemand } from "@broadcast-ipc/protocol";
import { combineVideoDemands } from "@broadcast-ipc/protocol";
import { videoDemandOf } from "../video/viewer-demand.ts";
import type { DemandMessage } from "../wire/viewer-messages.ts";

/** What the viewers want together. */
export interface ViewersDemand {
  readonly video: VideoDemand | null;
  readonly audio: AudioDemand | null;
}

/** Time after which a smaller demand is passed on, in ms. A viewer that reloads its page does not stop the capture. */
const lessDelay = 1_000;

/**
 * Returns what viewers want together: the largest size and rate. The source changes its encoding only if that suits all
 * viewers: a raw source compresses only if all want JPEG, and a compressed source decompresses only if all want pixels.
 * Otherwise this process converts frames for the viewers that need it.
 */
export function combineViewers(demands: readonly DemandMessage[]): VideoDemand | null {
  const video = combineVideoDemands(demands.map(videoDemandOf));
  if (video === null) return null;
  const wanted = new Set(demands.map(({ encoding }) => encoding));
  const isOnly = (...names: readonly DemandMessage["encoding"][]) =>
    [...wanted].every((name) => names.includes(name));
  if (isOnly("jpeg")) return { ...video, encodings: ["jpeg"] };
  if (isOnly("raw", "delta")) return { ...video, encodings: ["raw"] };
  return { ...video, encodings: ["raw", "jpeg", "png", "webp"] };
}

/** Passes the viewers' demand on: a larger one at once, a smaller one after a second. */
export class UpstreamDemand {
  readonly #scheduler: Scheduler;
  readonly #apply: (demand: ViewersDemand) => void;
  #current: ViewersDemand | undefined;
  #next: ViewersDemand | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(scheduler: Scheduler, apply: (demand: ViewersDemand) => void) {
    this.#scheduler = scheduler;
    this.#apply = apply;
  }

  /** The demand that was passed on last. */
  get current(): ViewersDemand | undefined {
    return this.#current;
  }

  set(demand: ViewersDemand): void {
    this.#next = demand;
    if (!this.#current || !asksNoMore(demand, this.#current)) this.#pass();
    else if (!isSame(demand, this.#current)) {
      this.#cancelTimer ??= this.#scheduler.schedule(() => this.#pass(), lessDelay);
    } else this.close();
  }

  /** Passes the newest demand on at once, for a new receiver. */
  renew(): void {
    if (this.#next) this.#pass();
  }

  /** Cancels what is to be passed on later. */
  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #pass(): void {
    this.close();
    this.#current = this.#next;
    if (this.#current) this.#apply(this.#current);
  }
}

/** Whether a demand asks for nothing that the current one does not ask for. */
function asksNoMore(next: ViewersDemand, current: ViewersDemand): boolean {
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

function isSame(one: ViewersDemand, other: ViewersDemand): boolean {
  return asksNoMore(one, other) && asksNoMore(other, one);
}
