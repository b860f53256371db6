import { randomUUID } from "node:crypto";
import type { CloseReason } from "@broadcast-ipc/ipc-channel";
import { FailureReport } from "@broadcast-ipc/protocol";
import type { BroadcastUploader } from "./broadcast-uploader.ts";

/** What a {@link FanOut} needs of a {@link BroadcastUploader}. */
export type FanOutTarget = Pick<
  BroadcastUploader,
  "upload" | "demand" | "send" | "messages" | "isClosed" | "closed" | "close" | "on" | "listenerCount"
>;

/** Maximum number of messages, and of their payload bytes, that wait to be written to one target. */
const maxWaiting = 256;
const maxWaitingBytes = 4 * 1024 * 1024;

interface BranchOptions {
  readonly onConnect: () => void;
  readonly onDisconnect: (reason: CloseReason) => void;
  readonly onDemand: () => void;
  /** Emits "failure". Returns `false` if the event has no listener. */
  readonly onFailure: (error: Error) => boolean;
}

/** One target of a {@link FanOut}, with its waiting messages and its failures. */
export class FanOutBranch {
  readonly target: FanOutTarget;
  readonly failures: FailureReport;
  readonly #name: string;
  #waiting = 0;
  #waitingBytes = 0;
  #isBehind = false;

  constructor(name: string, target: FanOutTarget, options: BranchOptions) {
    const { onConnect, onDisconnect, onDemand, onFailure } = options;
    this.#name = name;
    this.target = target;
    const id = randomUUID();
    this.failures = new FailureReport({
      side: "uploader",
      // A failure for which the target has a listener of the application needs no warning.
      emit: (error) => onFailure(error) || target.listenerCount("failure") > 1,
      uploader: () => ({ id, name }),
    });
    target.on("connect", onConnect);
    target.on("disconnect", onDisconnect);
    target.on("demand", onDemand);
    target.on("failure", (error) => this.failures.report(error));
  }

  /**
   * Sends a message. If too many messages wait, reports a failure and rejects, so that a receiver that reads no messages
   * does not fill the memory.
   */
  async send(type: string, data: unknown, payload: Uint8Array | undefined): Promise<void> {
    const bytes = payload?.byteLength ?? 0;
    if (this.#waiting >= maxWaiting || this.#waitingBytes >= maxWaitingBytes) {
      const error = this.#behind();
      if (!this.#isBehind) this.failures.report(error);
      this.#isBehind = true;
      throw error;
    }
    this.#waiting++;
    this.#waitingBytes += bytes;
    try {
      await this.target.send(type, data, payload);
    } finally {
      this.#waiting--;
      this.#waitingBytes -= bytes;
      if (this.#waiting === 0) this.#isBehind = false;
    }
  }

  #behind(): Error {
    const why = `messages are left out, because ${this.#waiting} messages already wait for the target ${JSON.stringify(this.#name)}: its receiver must read messages()`;
    return Object.assign(new Error(why), { code: "ERR_UPLOAD_TOO_MANY_MESSAGES" });
  }
}

/** Throws a TypeError if the value is no uploader. */
export function checkTarget(name: string, value: FanOutTarget): void {
  if (typeof value?.upload === "function") return;
  const got = Object(value) instanceof Promise ? "a Promise, which must be awaited" : typeof value;
  throw new TypeError(`target ${JSON.stringify(name)} must be a BroadcastUploader, got ${got}`);
}
