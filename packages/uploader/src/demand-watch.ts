import { settleInTurn } from "@broadcast-ipc/ipc-channel";
import type { Demand } from "@broadcast-ipc/protocol";

/** Options of {@link BroadcastUploader.wanted}. */
export interface WantedOptions {
  /** Ends the wait: the promise rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  /** The kind of sample to wait for, a sample's own `type`; without it, either. */
  readonly type?: "image" | "audio" | undefined;
}

interface Waiter {
  readonly type: WantedOptions["type"];
  readonly resolve: (demand: Demand) => void;
  readonly reject: (reason: unknown) => void;
}

/** What is wanted while no receiver says so. */
const nothing: Demand = { video: null, audio: null };

/** What the receiver wants: kept for whoever asks, told to `onChange`, and a promise for whoever waits until it wants something. */
export class DemandWatch {
  readonly #onChange: (demand: Demand) => void;
  readonly #waiters = new Set<Waiter>();
  #demand: Demand | undefined;
  #end: { readonly error: unknown } | undefined;

  constructor(onChange: (demand: Demand) => void) {
    this.#onChange = onChange;
  }

  /** What the receiver wants; `undefined` while there is none, or it has not said so. */
  get demand(): Demand | undefined {
    return this.#demand;
  }

  /** The receiver has said what it wants. */
  set(demand: Demand): void {
    if (this.#end) return;
    this.#demand = demand;
    this.#onChange(demand);
    for (const waiter of this.#waiters) if (isWanted(demand, waiter.type)) waiter.resolve(demand);
  }

  /** The receiver is gone: nothing is wanted, which is told only where something was. */
  lose(): void {
    const before = this.#demand;
    this.#demand = undefined;
    if (before && isWanted(before, undefined)) this.#onChange(nothing);
  }

  /** Nothing will be wanted any more: those who wait, and later ones, reject with this. */
  end(error: unknown): void {
    if (this.#end) return;
    this.lose();
    this.#end = { error };
    for (const waiter of this.#waiters) waiter.reject(error);
  }

  /** See {@link BroadcastUploader.wanted}. A rejection that nobody awaits stays silent. */
  wanted({ signal, type }: WantedOptions): Promise<Demand> {
    const wanted = new Promise<Demand>((resolve, reject) => {
      const abort = () => waiter.reject(signal?.reason);
      const settle = (run: () => void) => {
        this.#waiters.delete(waiter);
        signal?.removeEventListener("abort", abort);
        settleInTurn(run);
      };
      const waiter: Waiter = {
        type,
        resolve: (demand) => settle(() => resolve(demand)),
        reject: (reason) => settle(() => reject(reason)),
      };
      if (type !== undefined && type !== "image" && type !== "audio") {
        waiter.reject(new RangeError('type must be "image" or "audio"'));
      } else if (signal?.aborted) abort();
      else if (this.#end) waiter.reject(this.#end.error);
      else if (this.#demand && isWanted(this.#demand, type)) waiter.resolve(this.#demand);
      else {
        this.#waiters.add(waiter);
        signal?.addEventListener("abort", abort, { once: true });
      }
    });
    wanted.catch(() => {});
    return wanted;
  }
}

function isWanted({ video, audio }: Demand, type: WantedOptions["type"]): boolean {
  return (type !== "audio" && video !== null) || (type !== "image" && audio !== null);
}
