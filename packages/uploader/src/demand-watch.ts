import { settleInTurn } from "@broadcast-ipc/ipc-channel";
import type { Demand } from "@broadcast-ipc/protocol";

/** Options of {@link BroadcastUploader.wanted}. */
export interface WantedOptions {
  /** Cancels the wait: the promise rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  /** The sample type to wait for. Default: either type. */
  readonly type?: "image" | "audio" | undefined;
}

interface Waiter {
  readonly type: WantedOptions["type"];
  readonly resolve: (demand: Demand) => void;
  readonly reject: (reason: unknown) => void;
}

/** The empty demand, which is reported when a receiver is lost. */
const nothing: Demand = { video: null, audio: null };

/**
 * Holds the receiver's demand, reports each change to `onChange`, and resolves {@link wanted} when the receiver wants
 * samples.
 */
export class DemandWatch {
  readonly #onChange: (demand: Demand) => void;
  readonly #waiters = new Set<Waiter>();
  #demand: Demand | undefined;
  #end: { readonly error: unknown } | undefined;

  constructor(onChange: (demand: Demand) => void) {
    this.#onChange = onChange;
  }

  /** The receiver's demand; `undefined` without a receiver or before its first demand. */
  get demand(): Demand | undefined {
    return this.#demand;
  }

  /** Sets the demand that the receiver sent. */
  set(demand: Demand): void {
    if (this.#end) return;
    this.#demand = demand;
    this.#onChange(demand);
    for (const waiter of this.#waiters) if (isWanted(demand, waiter.type)) waiter.resolve(demand);
  }

  /** Clears the demand, because the receiver is lost. Calls `onChange` only if the receiver wanted samples. */
  lose(): void {
    const before = this.#demand;
    this.#demand = undefined;
    if (before && isWanted(before, undefined)) this.#onChange(nothing);
  }

  /** Rejects pending and later calls of {@link wanted} with `error`, because the uploader has ended. */
  end(error: unknown): void {
    if (this.#end) return;
    this.lose();
    this.#end = { error };
    for (const waiter of this.#waiters) waiter.reject(error);
  }

  /** See {@link BroadcastUploader.wanted}. A rejection never causes an unhandledRejection. */
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
