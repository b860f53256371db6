import type { FailureMessage } from "../wire/messages.ts";
import { failureCode, failureMessage } from "./failure-message.ts";

/** The maximum number of reasons that are remembered as sent or waiting. */
const maxReasons = 32;

/** Sends a message over the connection; settles when it has left. */
type Tell = (message: FailureMessage) => Promise<void>;

/**
 * Sends failure messages to the other side: once for each reason, and one at a time, so that messages cannot pile up when
 * many samples fail or the peer does not read.
 */
export class FailureTeller {
  readonly #told = new Set<string>();
  readonly #waiting = new Map<string, FailureMessage>();
  #tell: Tell | undefined;
  #isTelling = false;

  /** A new connection: no reason has been sent over it yet. */
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

  /** The demand has changed: reasons that were sent before are sent again. */
  renew(): void {
    this.#told.clear();
  }

  /** Sends the failure of this lane, or, without a lane, of another message. */
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
      // This side has reported the original failure. Reporting that this message cannot be sent would fail as well.
      await this.#tell?.(message).catch(() => {});
    }
    this.#isTelling = false;
  }
}
