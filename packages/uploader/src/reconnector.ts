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
  /** Absolute, because the working directory may change before a later connection. */
  readonly path: string;
  /** The uploader's copy of the channel's options, without those for the first connection. */
  readonly channel: Omit<TransportSettings, "signal">;
  /** How long to try, in ms. */
  readonly giveUpAfter: number | undefined;
  /** Called with the error of each failed attempt that is followed by another one. */
  readonly onFailure: (error: unknown) => void;
}

/** Connects to the same path again after a connection was lost. */
export class Reconnector {
  readonly #options: ReconnectorOptions;
  readonly #abort = new AbortController();
  /** The pauses between connections that do not last. */
  readonly #backoff = new Backoff({ shortest: 10, longest: 250 });

  constructor(options: ReconnectorOptions) {
    this.#options = options;
  }

  /** The receiver has sent a demand: the next pause is the shortest one again. */
  reset(): void {
    this.#backoff.reset();
  }

  /**
   * Resolves with the next connection. Rejects after {@link stop}, after `giveUpAfter` (ERR_IPC_TIMEOUT, with the last error
   * as its `cause`), or with an error that another attempt would repeat.
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

  /** Ends {@link connect}, which rejects. */
  stop(): void {
    this.#abort.abort();
  }
}

/** Whole ms until `deadline`, for the option `giveUpAfter`; `undefined` without a deadline. */
function timeUntil(deadline: number): number | undefined {
  return Number.isFinite(deadline) ? Math.max(0, Math.ceil(deadline - performance.now())) : undefined;
}

/** Whether another attempt would fail in the same way. */
export function isFinal(error: unknown): error is IPCChannelError {
  return isIPCChannelError(error, "ERR_IPC_UNAUTHORIZED", "ERR_IPC_VERSION");
}
