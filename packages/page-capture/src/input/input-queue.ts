import type { InputMessage } from "@broadcast-ipc/protocol";
import { ViewerQueue } from "./viewer-queue.ts";

/** Maximum weight of the waiting inputs of all viewers, in the unit of {@link ViewerQueue.weight}. */
const maxWeight = 4_096;

/**
 * The inputs that wait for the page. Viewers take turns, so a viewer that sends much does not delay the others. Pure: the
 * caller passes the time.
 */
export class InputQueue {
  /** The viewers with waiting inputs. The first one has the next turn. */
  readonly #viewers = new Map<string, ViewerQueue>();
  #weight = 0;
  #dropped = 0;

  /** Number of inputs that were dropped because too many waited, or because they were too old. */
  get dropped(): number {
    let dropped = this.#dropped;
    for (const queue of this.#viewers.values()) dropped += queue.dropped;
    return dropped;
  }

  /** The viewers with waiting inputs. */
  get viewers(): Iterable<string> {
    return this.#viewers.keys();
  }

  push(message: InputMessage, now: number): void {
    const { viewer = "" } = message;
    this.#change(viewer, (queue) => queue.push(message, now));
    let before = Number.POSITIVE_INFINITY;
    while (this.#weight > maxWeight && this.#weight < before) {
      before = this.#weight;
      this.#change(this.#heaviest(), (waiting) => waiting.makeRoom());
    }
  }

  /** Replaces the waiting inputs of a viewer by a release of all that the viewer holds. */
  release(viewer: string, now: number): void {
    this.#change(viewer, (queue) => queue.releaseAll(viewer, now));
  }

  clear(): void {
    this.#viewers.clear();
    this.#weight = 0;
  }

  /**
   * Removes and returns the next input. `passing: false` skips viewers whose only waiting input is a move, a turn of the
   * wheel or a repeated key.
   */
  take(now: number, { passing }: { readonly passing: boolean }): InputMessage | undefined {
    for (const [viewer, queue] of this.#viewers) {
      if (!passing && queue.isOnlyPassing(now)) continue;
      const message = this.#change(viewer, () => queue.take(now));
      if (!message) continue;
      const isWaiting = this.#viewers.delete(viewer);
      if (isWaiting) this.#viewers.set(viewer, queue);
      return message;
    }
    return undefined;
  }

  /** Changes the queue of a viewer, and forgets the queue when it is empty. */
  #change<Result>(viewer: string, change: (queue: ViewerQueue) => Result): Result {
    const queue = this.#viewers.get(viewer) ?? new ViewerQueue();
    const before = queue.weight;
    const result = change(queue);
    this.#weight += queue.weight - before;
    if (queue.isEmpty) {
      this.#viewers.delete(viewer);
      this.#dropped += queue.dropped;
    } else this.#viewers.set(viewer, queue);
    return result;
  }

  #heaviest(): string {
    let heaviest = "";
    let most = -1;
    for (const [viewer, { weight }] of this.#viewers) {
      if (weight <= most) continue;
      most = weight;
      heaviest = viewer;
    }
    return heaviest;
  }
}
