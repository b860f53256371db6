import type { Connection } from "./connection.ts";
import { frameKind } from "./frame.ts";
import { SilenceWatch } from "./silence-watch.ts";

/** How a channel finds out that its peer is stopped or hung, in ms. */
export interface HeartbeatOptions {
  /** How often the peer is asked to show that it lives, if it has nothing else to say. */
  readonly interval: number;
  /** How long it may be silent before the channel ends; two or three times the interval, say. */
  readonly timeout: number;
}

/** No peer makes us send more often than this, in ms. */
export const shortestInterval = 10;

/** A Node timer takes no longer delay, in ms. */
const longestInterval = 0x7fff_ffff;

/** Shows the peer that we live, as often as it asked for that, and calls `onSilence` once where it is silent for too long. */
export class Heartbeat {
  readonly #connection: Connection;
  readonly #onSilence: () => void;
  readonly #timers: NodeJS.Timeout[] = [];
  #isStopped = false;

  constructor(
    connection: Connection,
    own: HeartbeatOptions | undefined,
    peerInterval: number | undefined,
    onSilence: () => void,
  ) {
    this.#connection = connection;
    this.#onSilence = onSilence;
    if (peerInterval !== undefined) this.#every(peerInterval, () => this.#live());
    if (own) this.#listen(own);
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** What waits to be sent shows it as well, and a peer that reads nothing must not make us pile up more. */
  #live(): void {
    const { outbox } = this.#connection;
    if (outbox.bufferedBytes === 0) outbox.send(frameKind.alive, undefined);
  }

  #listen({ interval, timeout }: HeartbeatOptions): void {
    const period = Math.max(Math.min(interval, timeout) / 2, shortestInterval);
    const watch = new SilenceWatch(timeout, performance.now(), period);
    const isSilent = () => {
      return watch.check(performance.now(), this.#connection.receivedBytes, !this.#connection.isPaused);
    };
    this.#every(period, () => {
      if (!isSilent()) return;
      // It may be us who were busy or stopped: what came meanwhile is read before this runs.
      setImmediate(() => {
        if (this.#isStopped || !isSilent()) return;
        this.stop();
        this.#onSilence();
      });
    });
  }

  #every(milliseconds: number, callback: () => void): void {
    const delay = Math.min(Math.max(milliseconds, shortestInterval), longestInterval);
    this.#timers.push(setInterval(callback, delay).unref());
  }
}
