import { failureCode } from "./failure-code.ts";
import { failureMessage } from "./failure-message.ts";
import type { FailureMessage } from "./messages.ts";

/** The most reasons that are told, or wait to be told, at a time. */
const maxReasons = 32;

/** Gives a message to the connection; settles when it has left. */
type Tell = (message: FailureMessage) => Promise<void>;

/**
 * Tells the other side what fails here: once for each reason, and one message at a time, so that neither a stream of
 * failures nor a peer that does not read makes messages pile up.
 */
export class FailureTeller {
  readonly #told = new Set<string>();
  readonly #waiting = new Map<string, FailureMessage>();
  #tell: Tell | undefined;
  #isTelling = false;

  /** A new connection, whose peer was told nothing yet. */
  connect(tell: Tell): void {
    this.disconnect();
    this.#tell = tell;
  }

  /** The connection is lost. */
  disconnect(): void {
    this.#tell = undefined;
    this.#waiting.clear();
    this.renew();
  }

  /** The demand has changed: what fails from here on is told, though it was told before. */
  renew(): void {
    this.#told.clear();
  }

  /** Tells of a failure in this lane, or about another message. */
  tell(error: unknown, lane: string | undefined): void {
    const reason = `${lane} ${failureCode(error)}`;
    if (!this.#tell || this.#told.has(reason) || this.#told.size >= maxReasons) return;
    if (this.#waiting.size >= maxReasons) return;
    this.#told.add(reason);
    this.#waiting.set(reason, failureMessage(error, lane));
    this.#tellAll();
  }

  async #tellAll(): Promise<void> {
    if (this.#isTelling) return;
    this.#isTelling = true;
    for (const [reason, message] of this.#waiting) {
      this.#waiting.delete(reason);
      // What cannot leave is known on this side, and telling of it would fail again.
      await this.#tell?.(message).catch(() => {});
    }
    this.#isTelling = false;
  }
}
