import { setTimeout as delay } from "node:timers/promises";
import { type ChannelSettings, IPCChannel, IPCChannelError } from "@broadcast-ipc/ipc-channel";

/** Between two connections there is at least the first of these, and up to the second where they do not last, in ms. */
const shortestPause = 10;
const longestPause = 250;

interface ReconnectorOptions {
  /** Absolute, because the working directory may change before a later connection. */
  readonly path: string;
  /** The uploader's copy of the channel's options, without those for the first connection. */
  readonly channel: Omit<ChannelSettings<unknown>, "schema" | "signal">;
  /** How long to try, in ms. */
  readonly giveUpAfter: number | undefined;
  /** Told of each attempt that failed and is followed by another one. */
  readonly onFailure: (error: unknown) => void;
}

/** Finds the way back to a receiver after a connection was lost. */
export class Reconnector {
  readonly #options: ReconnectorOptions;
  readonly #abort = new AbortController();
  #pause = shortestPause;

  constructor(options: ReconnectorOptions) {
    this.#options = options;
  }

  /** A receiver was there in earnest: the next pause is a short one again. */
  reset(): void {
    this.#pause = shortestPause;
  }

  /**
   * Resolves with the next connection. Rejects after {@link stop}, after `giveUpAfter` (ERR_IPC_TIMEOUT, with the last error
   * as its `cause`), or with an error that ends the attempts for good.
   */
  async dial(): Promise<IPCChannel> {
    const { path, channel, giveUpAfter = Number.POSITIVE_INFINITY, onFailure } = this.#options;
    const { signal } = this.#abort;
    const deadline = performance.now() + Math.ceil(giveUpAfter);
    for (;;) {
      // Half of it at random, so that many uploaders do not all come back at the same moment.
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

  /** Gives up. */
  stop(): void {
    this.#abort.abort();
  }
}

/** Whole ms until `deadline`, for the option `giveUpAfter`; `undefined` without a deadline. */
function timeUntil(deadline: number): number | undefined {
  return Number.isFinite(deadline) ? Math.max(0, Math.ceil(deadline - performance.now())) : undefined;
}

/** Whether trying again cannot help. */
export function isFinal(error: unknown): error is IPCChannelError {
  return (
    error instanceof IPCChannelError &&
    (error.code === "ERR_IPC_UNAUTHORIZED" || error.code === "ERR_IPC_VERSION")
  );
}
