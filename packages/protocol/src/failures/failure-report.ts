import { inspect, types } from "node:util";
import type { FailureMessage } from "../wire/messages.ts";
import { FailureTeller } from "./failure-teller.ts";
import { type FailurePlace, warnOfFailure } from "./failure-warning.ts";
import { PeerError, type Side } from "./peer-error.ts";

interface FailureReportOptions {
  /** The role of this process in the connection. */
  readonly side: Side;
  /** Emits "failure". Returns `false` if the event has no listener. */
  readonly emit: (error: Error) => boolean;
  /** Returns the id and name of the uploader. At a receiver, returns `undefined` before the hello. */
  readonly uploader: () => { readonly id: string; readonly name?: string | undefined } | undefined;
}

/**
 * Reports the failures of an uploader or a receiver to the listeners of "failure", or as a process warning if there are
 * none. Failures of a sample or a message are also sent to the peer.
 *
 * @internal
 */
export class FailureReport {
  readonly #options: FailureReportOptions;
  readonly #teller = new FailureTeller();

  constructor(options: FailureReportOptions) {
    this.#options = options;
  }

  /** Starts a new connection. `tell` sends a message over it and settles when the message was written. */
  connect(tell: (message: FailureMessage) => Promise<void>): void {
    this.#teller.connect(tell);
  }

  /** Stops sending failures, because the connection is lost. */
  disconnect(): void {
    this.#teller.disconnect();
  }

  /** Allows failures that were already sent to be sent again. Called after the demand changes. */
  renew(): void {
    this.#teller.renew();
  }

  /** Reports an error on this side only. */
  report(error: unknown, lane?: string): void {
    const failure = asError(error);
    // Emitted in the next tick, so that a listener that throws does not interrupt the caller, and a listener that is added
    // right after connecting receives every failure.
    process.nextTick(() => {
      if (!this.#options.emit(failure)) warnOfFailure(failure, this.#place, lane);
    });
  }

  /**
   * Reports an error on this side and to the peer. With a lane, the error concerns a sample. Without a lane, it concerns
   * a malformed or oversized message.
   */
  tell(error: unknown, lane?: "video" | "audio"): void {
    const failure = asError(error);
    this.#teller.tell(failure, lane);
    this.report(failure, lane);
  }

  /** Reports a failure message from the peer, as a {@link PeerError}. */
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
      detail: 'This warning appears once for each reason. Listen to "failure" to receive every failure.',
    };
  }
}

/** Wraps a thrown value that is not an Error. The value becomes the `cause`, and its `code` is copied. */
function asError(thrown: unknown): Error {
  if (thrown instanceof Error || types.isNativeError(thrown)) return thrown;
  const error = new Error(typeof thrown === "string" ? thrown : inspect(thrown), { cause: thrown });
  const { code } = (thrown ?? {}) as { readonly code?: unknown };
  return typeof code === "string" ? Object.assign(error, { code }) : error;
}
