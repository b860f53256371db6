import { FailureTeller } from "./failure-teller.ts";
import { type FailurePlace, warnOfFailure } from "./failure-warning.ts";
import type { FailureMessage } from "./messages.ts";
import { PeerError, type Side } from "./peer-error.ts";

interface FailureReportOptions {
  /** Which side this is. */
  readonly side: Side;
  /** Emits "failure"; `false` where nobody listens. */
  readonly emit: (error: unknown) => boolean;
  /** The uploader's id and name; at a receiver `undefined` until its hello. */
  readonly uploader: () => { readonly id: string; readonly name?: string | undefined } | undefined;
}

/**
 * Where an uploader's or a receiver's failures go, so that none is silent: to the listeners of "failure", or a process
 * warning where there are none; and to the other side where that waits for what failed.
 */
export class FailureReport {
  readonly #options: FailureReportOptions;
  readonly #teller = new FailureTeller();

  constructor(options: FailureReportOptions) {
    this.#options = options;
  }

  /** A new connection; `tell` gives a message to it, and settles when that has left. */
  connect(tell: (message: FailureMessage) => Promise<void>): void {
    this.#teller.connect(tell);
  }

  /** The connection is lost. */
  disconnect(): void {
    this.#teller.disconnect();
  }

  /** The demand has changed: the other side is told anew of what cannot be done. */
  renew(): void {
    this.#teller.renew();
  }

  /** Reports what concerns this side only. */
  report(error: unknown, lane?: string): void {
    // In the next tick: a listener that throws must not tear what is under way here, and one that is added right after
    // a connection was made is to hear it all.
    process.nextTick(() => {
      if (!this.#options.emit(error)) warnOfFailure(error, this.#place, lane);
    });
  }

  /** Reports, and tells the other side, what a sample of this lane failed for, or another message, malformed or too large. */
  tell(error: unknown, lane?: "video" | "audio"): void {
    this.#teller.tell(error, lane);
    this.report(error, lane);
  }

  /** Reports what the other side told. */
  hear(message: FailureMessage): void {
    const error = new PeerError(this.#options.side === "uploader" ? "receiver" : "uploader", message);
    this.report(error, error.lane);
  }

  get #place(): FailurePlace {
    const { side } = this.#options;
    const { id, name } = this.#options.uploader() ?? {};
    const of = side === "uploader" ? "" : "of ";
    return {
      id: `${side} ${id}`,
      label: name === undefined ? side : `${side} ${of}${JSON.stringify(name)}`,
      detail: 'This is told once for each reason. Listen to "failure" to hear of each failure.',
    };
  }
}
