import { setTimeout as delay } from "node:timers/promises";
import type { BroadcastReceiver, BroadcastServer } from "@broadcast-ipc/receiver";
import type { CaptureEnd, CaptureProcess } from "./capture-process.ts";
import { inWords } from "./resource-failure.ts";
import { giveUpAfter, RestartPolicy } from "./restart-policy.ts";

interface SupervisorOptions {
  /** The server to which capture processes connect. */
  readonly server: BroadcastServer;
  /** Starts a capture process. Rejects with the system error if the process cannot be started. */
  start(): Promise<CaptureProcess>;
  /** Shows the samples of a receiver. Resolves when the receiver has ended. Never rejects. */
  show(receiver: BroadcastReceiver, capture: CaptureProcess): Promise<void>;
  /** Called with a sentence for users when a capture process has ended and another one will be started. */
  onInterrupt(reason: string): void;
  /** Ends the supervision. */
  readonly signal: AbortSignal;
}

/**
 * Longest wait for a capture process to open its source and to connect, in ms. Longer than the limits of the sources: 20 s
 * for a browser to start, and then 10 s for a page to respond.
 */
const openTimeout = 40_000;

/** Time after which a connected capture process counts as working, in ms. While nobody watches, no frame arrives. */
const settleTime = 10_000;

/** Keeps a capture process running: starts one, and starts another one when it has ended or hangs. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #policy = new RestartPolicy(performance.now());
  /** Ended capture processes whose children may still run. */
  readonly #uncleared = new Set<CaptureProcess>();
  #hasShown = false;
  /** Why the last capture process has ended. */
  #lastReason: string | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /**
   * Resolves when no capture process and none of its children runs any more: with `undefined` after `signal` aborts, or
   * with the reason for the user if no capture process can be started.
   */
  async run(): Promise<string | undefined> {
    try {
      return await this.#supervise();
    } finally {
      await Promise.all([...this.#uncleared].map((capture) => capture.clear()));
    }
  }

  async #supervise(): Promise<string | undefined> {
    const { signal, onInterrupt } = this.#options;
    while (!signal.aborted) {
      const { reason, isFinal } = await this.#runOnce();
      if (signal.aborted) break;
      if (isFinal && !this.#hasShown) return reason;
      this.#lastReason = reason;
      const pause = this.#policy.noteEnd(performance.now());
      if (pause === undefined)
        return `${reason} The demo gives up, because no frame has arrived for ${giveUpAfter / 1000} s.`;
      onInterrupt(`${reason} Starting another one…`);
      await delay(pause, undefined, { signal }).catch(() => {});
    }
    return undefined;
  }

  /** Runs one capture process until it has ended. */
  async #runOnce(): Promise<CaptureEnd> {
    let capture: CaptureProcess;
    this.#policy.noteStart(performance.now());
    try {
      capture = await this.#options.start();
    } catch (error) {
      const reason = `The capture process could not be started: ${inWords(error as Error)}.`;
      return { reason, isFinal: false };
    }
    this.#uncleared.add(capture);
    const stop = () => void capture.stop();
    const { signal } = this.#options;
    signal.addEventListener("abort", stop, { once: true });
    try {
      const receiver = await this.#connect(capture);
      if (receiver) await this.#show(receiver, capture);
      return await capture.stop();
    } finally {
      signal.removeEventListener("abort", stop);
      capture.clear().then((isClear) => isClear && this.#uncleared.delete(capture));
    }
  }

  /** Resolves with the receiver of a capture process, or with `undefined` if the process ends first or is stopped. */
  async #connect(capture: CaptureProcess): Promise<BroadcastReceiver | undefined> {
    const over = new AbortController();
    void capture.ended.then(() => over.abort());
    const timeLeft = this.#policy.timeLeft(performance.now());
    // If the process is killed only because the demo gives up, the previous reason tells more.
    const reason = timeLeft < openTimeout ? this.#lastReason : undefined;
    const timer = setTimeout(
      () =>
        capture.kill(reason ?? `The capture process did not open its source within ${openTimeout / 1000} s.`),
      Math.min(openTimeout, timeLeft),
    );
    const signal = AbortSignal.any([this.#options.signal, over.signal]);
    try {
      const { value } = await this.#options.server.receivers({ signal }).next();
      return value;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async #show(receiver: BroadcastReceiver, capture: CaptureProcess): Promise<void> {
    const noteLife = () => {
      clearTimeout(timer);
      this.#hasShown = true;
      this.#policy.noteFirstFrame(performance.now());
    };
    const timer = setTimeout(noteLife, settleTime);
    receiver.once("start", noteLife);
    void receiver.closed.then(({ code }) => {
      if (code === "timeout") capture.kill("The capture process does not respond.");
    });
    await this.#options.show(receiver, capture);
    clearTimeout(timer);
  }
}
