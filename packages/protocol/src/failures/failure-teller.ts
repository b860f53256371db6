import type { FailureMessage } from "../wire/messages.ts";
import { failureCode, failureMessage } from "./failure-message.ts";

/** Maximum number of reasons that are remembered as sent, and maximum number of waiting failures. */
const maxReasons = 32;

/** Sends a message over the connection. Settles when the message was written. */
type Tell = (message: FailureMessage) => Promise<void>;

/**
 * Sends failure messages to the peer, once for each reason and one at a time. Failures cannot queue up when many samples
 * fail or the peer does not read.
 */
export class FailureTeller {
  readonly #told = new Set<string>();
  readonly #waiting = new Map<string, FailureMessage>();
  #tell: Tell | undefined;
  #isTelling = false;

  /** Starts a new connection, over which no reason has been sent. */
  connect(tell: Tell): void {
    this.disconnect();
    this.#tell = tell;
  }

  /** Discards the waiting failures, because the connection is lost. */
  disconnect(): void {
    this.#tell = undefined;
    this.#waiting.clear();
    this.renew();
  }

  /** Allows reasons that were already sent to be sent again. Called after the demand changes. */
  renew(): void {
    this.#told.clear();
  }

  /** Sends a failure. `lane` is the lane of the failed sample; absent for other failures, such as a malformed message. */
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
      // An error is ignored, because this side has already reported the original failure.
      await this.#tell?.(message).catch(() => {});
    }
    this.#isTelling = false;
  }
}
