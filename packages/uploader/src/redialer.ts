import { setTimeout as delay } from "node:timers/promises";
import { type ChannelOptions, IPCChannel, IPCChannelError } from "@broadcast-ipc/ipc-channel";

/** Between two connections there is at least the first of these, and up to the second where they do not last, in ms. */
const shortestPause = 10;
const longestPause = 250;

interface RedialerOptions {
  readonly path: string;
  readonly channel: Omit<ChannelOptions, "schema" | "signal">;
  /** How long to try, in ms. */
  readonly giveUpAfter: number | undefined;
  /** Told of each attempt that failed and is followed by another one. */
  readonly onFailure: (error: unknown) => void;
}

/** Finds the way back to a receiver after a connection was lost. */
export class Redialer {
  readonly #options: RedialerOptions;
  readonly #abort = new AbortController();
  #pause = shortestPause;

  constructor(options: RedialerOptions) {
    this.#options = options;
  }

  /** A receiver was there in earnest: the next pause is a short one again. */
  reset(): void {
    this.#pause = shortestPause;
  }

  /** Resolves with the next connection. Rejects where it is no use to try on: after {@link stop}, `giveUpAfter`, or a refusal for good. */
  async dial(): Promise<IPCChannel> {
    const { path, channel, giveUpAfter, onFailure } = this.#options;
    const deadline = giveUpAfter === undefined ? [] : [AbortSignal.timeout(Math.ceil(giveUpAfter))];
    const signal = AbortSignal.any([this.#abort.signal, ...deadline]);
    for (;;) {
      // Half of it at random, so that many uploaders do not all come back at the same moment.
      const pause = this.#pause * (0.5 + Math.random() / 2);
      await delay(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
      this.#pause = Math.min(this.#pause * 2, longestPause);
      try {
        return await IPCChannel.connect(path, { ...channel, signal });
      } catch (error) {
        if (signal.aborted || isFinal(error)) throw error;
        onFailure(error);
      }
    }
  }

  /** Gives up. */
  stop(): void {
    this.#abort.abort();
  }
}

/** Whether trying again cannot help. */
export function isFinal(error: unknown): error is IPCChannelError {
  return (
    error instanceof IPCChannelError &&
    (error.code === "ERR_IPC_UNAUTHORIZED" || error.code === "ERR_IPC_VERSION")
  );
}
