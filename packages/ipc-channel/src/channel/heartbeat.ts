import type { Connection } from "../connection/connection.ts";
import type { HeartbeatOptions } from "../options/channel-options.ts";
import { maxTimerDelay } from "../options/max-timer-delay.ts";
import { frameKind } from "../wire/frame.ts";
import { LivenessMonitor } from "./liveness-monitor.ts";

/** The shortest interval of `alive` frames, in ms. Used if a peer asks for a shorter interval. */
export const shortestInterval = 10;

/** Sends `alive` frames at the interval that the peer asked for, and calls `onSilence` once if the peer is silent for too long. */
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
    if (peerInterval !== undefined) this.#every(peerInterval, () => this.#sendAlive());
    if (own) this.#monitor(own);
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** Sends an `alive` frame, unless other bytes wait to be sent. `alive` frames must not pile up while the peer does not read. */
  #sendAlive(): void {
    const { outbox } = this.#connection;
    if (outbox.bufferedBytes === 0) outbox.send(frameKind.alive, undefined);
  }

  #monitor({ interval, timeout }: HeartbeatOptions): void {
    const period = Math.max(Math.min(interval, timeout) / 2, shortestInterval);
    const monitor = new LivenessMonitor(timeout, performance.now(), period);
    const isSilent = () => {
      return monitor.isSilent(performance.now(), this.#connection.receivedBytes, !this.#connection.isPaused);
    };
    this.#every(period, () => {
      if (!isSilent()) return;
      // If this process was blocked, bytes that arrived in that time are read before this callback runs.
      setImmediate(() => {
        if (this.#isStopped || !isSilent()) return;
        this.stop();
        this.#onSilence();
      });
    });
  }

  #every(milliseconds: number, callback: () => void): void {
    const delay = Math.min(Math.max(milliseconds, shortestInterval), maxTimerDelay);
    this.#timers.push(setInterval(callback, delay).unref());
  }
}
