import { inspect, types } from "node:util";
import type { FailureMessage } from "../wire/messages.ts";
import { FailureTeller } from "./failure-teller.ts";
import { type FailurePlace, warnOfFailure } from "./failure-warning.ts";
import { PeerError, type Side } from "./peer-error.ts";

interface FailureReportOptions {
  /** Which side this is. */
  readonly side: Side;
  /** Emits "failure"; returns `false` if the event has no listener. A thrown value that is not an Error is wrapped in one. */
  readonly emit: (error: Error) => boolean;
  /** The uploader's id and name; at a receiver `undefined` until its hello. */
  readonly uploader: () => { readonly id: string; readonly name?: string | undefined } | undefined;
}

/**
 * Reports the failures of an uploader or a receiver: to the listeners of "failure", or as a process warning if there are
 * none. Failures of a sample or a message are sent to the other side as well.
 *
 * @internal
 */
export class FailureReport {
  readonly #options: FailureReportOptions;
  readonly #teller = new FailureTeller();

  constructor(options: FailureReportOptions) {
    this.#options = options;
  }

  /** A new connection. `tell` sends a message over it and settles when the message has left. */
  connect(tell: (message: FailureMessage) => Promise<void>): void {
    this.#teller.connect(tell);
  }

  /** The connection is lost. */
  disconnect(): void {
    this.#teller.disconnect();
  }

  /** The demand has changed: failures are sent to the other side again, even if they were sent before. */
  renew(): void {
    this.#teller.renew();
  }

  /** Reports an error on this side only. */
  report(error: unknown, lane?: string): void {
    const failure = asError(error);
    // In the next tick: a listener that throws cannot interrupt the caller, and a listener that is added right after a
    // connection was made misses nothing.
    process.nextTick(() => {
      if (!this.#options.emit(failure)) warnOfFailure(failure, this.#place, lane);
    });
  }

  /** Reports an error on both sides: of a sample of this lane, or, without a lane, of a message that is malformed or too large. */
  tell(error: unknown, lane?: "video" | "audio"): void {
    const failure = asError(error);
    this.#teller.tell(failure, lane);
    this.report(failure, lane);
  }

  /** Reports a failure message of the other side, as a {@link PeerError}. */
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
      detail: 'This warning appears once for each reason. Listen to "failure" to hear of each failure.',
    };
  }
}

/** Wraps a thrown value that is not an Error: it becomes the `cause`, and its `code` is kept. */
function asError(thrown: unknown): Error {
  if (thrown instanceof Error || types.isNativeError(thrown)) return thrown;
  const error = new Error(typeof thrown === "string" ? thrown : inspect(thrown), { cause: thrown });
  const { code } = (thrown ?? {}) as { readonly code?: unknown };
  return typeof code === "string" ? Object.assign(error, { code }) : error;
}
