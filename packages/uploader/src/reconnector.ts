import { setTimeout as delay } from "node:timers/promises";
import {
  Backoff,
  IPCChannel,
  type IPCChannelError,
  isIPCChannelError,
  type TransportSettings,
} from "@broadcast-ipc/ipc-channel";

/** Options of {@link Reconnector}. */
export interface ReconnectorOptions {
  /** An absolute path, because the working directory may change before a later connection. */
  readonly path: string;
  /** A copy of the channel options without those that apply to the first connection only. */
  readonly channel: Omit<TransportSettings, "signal">;
  /** Maximum duration of one call of connect(), in ms. `undefined` removes the limit. */
  readonly giveUpAfter: number | undefined;
  /** Called with the error of each failed attempt that is retried. */
  readonly onFailure: (error: unknown) => void;
}

/** Reconnects to the same path after a connection was lost. */
export class Reconnector {
  readonly #options: ReconnectorOptions;
  readonly #abort = new AbortController();
  /** Computes the pause before each attempt. Pauses grow until a receiver sends a demand. */
  readonly #backoff = new Backoff({ shortest: 10, longest: 250 });

  constructor(options: ReconnectorOptions) {
    this.#options = options;
  }

  /** Resets the next pause to the shortest one. Called when the receiver has sent a demand. */
  reset(): void {
    this.#backoff.reset();
  }

  /**
   * Resolves with the next connection. Rejects after {@link stop}, after `giveUpAfter` (ERR_IPC_TIMEOUT, with the last
   * error as its `cause`), or with an error that a retry would repeat.
   */
  async connect(): Promise<IPCChannel> {
    const { path, channel, giveUpAfter = Number.POSITIVE_INFINITY, onFailure } = this.#options;
    const { signal } = this.#abort;
    const deadline = performance.now() + Math.ceil(giveUpAfter);
    for (;;) {
      const pause = Math.min(this.#backoff.next(), deadline - performance.now());
      await delay(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
      try {
        return await IPCChannel.connect(path, { ...channel, signal, giveUpAfter: timeUntil(deadline) });
      } catch (error) {
        // A timer may fire a fraction of a millisecond early.
        if (signal.aborted || isFinal(error) || performance.now() + 1 > deadline) throw error;
        onFailure(error);
      }
    }
  }

  /** Cancels {@link connect}, which then rejects. */
  stop(): void {
    this.#abort.abort();
  }
}

/** Returns the whole ms until `deadline`, for the option `giveUpAfter`; `undefined` without a deadline. */
function timeUntil(deadline: number): number | undefined {
  return Number.isFinite(deadline) ? Math.max(0, Math.ceil(deadline - performance.now())) : undefined;
}

/** Whether a retry would fail in the same way. */
export function isFinal(error: unknown): error is IPCChannelError {
  return isIPCChannelError(error, "ERR_IPC_UNAUTHORIZED", "ERR_IPC_VERSION");
}
