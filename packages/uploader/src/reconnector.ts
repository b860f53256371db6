import { setTimeout as delay } from "node:timers/promises";
import { type ChannelSettings, IPCChannel, type IPCChannelError } from "@broadcast-ipc/ipc-channel";

/** The pause before a connection, in ms. It doubles from the first to the second value, until a receiver sends its demand. */
const shortestPause = 10;
const longestPause = 250;

export interface ReconnectorOptions {
  /** Absolute, because the working directory may change before a later connection. */
  readonly path: string;
  /** The uploader's copy of the channel's options, without those for the first connection. */
  readonly channel: Omit<ChannelSettings<unknown>, "schema" | "signal">;
  /** How long to try, in ms. */
  readonly giveUpAfter: number | undefined;
  /** Called with the error of each failed attempt that is followed by another one. */
  readonly onFailure: (error: unknown) => void;
}

/** Connects to the same path again after a connection was lost. */
export class Reconnector {
  readonly #options: ReconnectorOptions;
  readonly #abort = new AbortController();
  #pause = shortestPause;

  constructor(options: ReconnectorOptions) {
    this.#options = options;
  }

  /** The receiver has sent a demand: the next pause is the shortest one again. */
  reset(): void {
    this.#pause = shortestPause;
  }

  /**
   * Resolves with the next connection. Rejects after {@link stop}, after `giveUpAfter` (ERR_IPC_TIMEOUT, with the last error
   * as its `cause`), or with an error that another attempt would repeat.
   */
  async dial(): Promise<IPCChannel> {
    const { path, channel, giveUpAfter = Number.POSITIVE_INFINITY, onFailure } = this.#options;
    const { signal } = this.#abort;
    const deadline = performance.now() + Math.ceil(giveUpAfter);
    for (;;) {
      // Half of the pause is random, so that many uploaders do not reconnect at the same moment.
      const pause = Math.min(this.#pause * (0.5 + Math.random() / 2), deadline - performance.now());
      await delay(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
      this.#pause = Math.min(this.#pause * 2, longestPause);
      try {
        return await IPCChannel.connect(path, { ...channel, signal, giveUpAfter: timeUntil(deadline) });
      } catch (error) {
        // A timer may fire a fraction of a millisecond early.
        if (signal.aborted || isFinal(error) || performance.now() + 1 > deadline) throw error;
        onFailure(error);
      }
    }
  }

  /** Ends {@link dial}, which rejects. */
  stop(): void {
    this.#abort.abort();
  }
}

/** Whole ms until `deadline`, for the option `giveUpAfter`; `undefined` without a deadline. */
function timeUntil(deadline: number): number | undefined {
  return Number.isFinite(deadline) ? Math.max(0, Math.ceil(deadline - performance.now())) : undefined;
}

/** Whether another attempt would fail in the same way. Compares the code, because the error may come from another copy of ipc-channel. */
export function isFinal(error: unknown): error is IPCChannelError {
  const code = (error as Partial<IPCChannelError> | undefined)?.code;
  return code === "ERR_IPC_UNAUTHORIZED" || code === "ERR_IPC_VERSION";
}
