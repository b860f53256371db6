import type { InputMessage, Scheduler, ViewerInput } from "@broadcast-ipc/protocol";
import { InputQueue } from "./input-queue.ts";
import { isMergeable } from "./merge-inputs.ts";

/** Number of inputs that may be on their way to the capture process. */
const maxInFlight = 4;

/**
 * Minimum time between two moves, wheel turns or key repeats of one viewer, in ms. Inputs in between merge. A move is sent
 * earlier if another input follows it.
 */
const moveInterval = 8;

/** Maximum number of viewers whose keys are released when a capture process connects again. */
const maxForgotten = 1_000;

/** Maximum number of viewers with waiting inputs. Beyond it, the inputs of a viewer that leaves are dropped. */
const maxWaitingLines = 32;

/** Sends an input to the capture process. Resolves when the input is written, and rejects if it cannot be. */
export type SendInput = (input: InputMessage) => Promise<unknown>;

/** A pending promise of {@link InputRelay.written}. */
interface Waiter {
  readonly viewer: string;
  resolve(): void;
  reject(error: Error): void;
}

interface Line {
  readonly queue: InputQueue;
  /** Time from which the next move may be sent. */
  movesAt: number;
}

/**
 * Sends the inputs of all viewers to the capture process. Viewers take turns, so a viewer that sends a lot delays only
 * itself. Four inputs may be on their way at once. The others wait in bounded queues, where moves and wheel turns merge.
 */
export class InputRelay {
  readonly #scheduler: Scheduler;
  /** In the order of turns. */
  readonly #lines = new Map<string, Line>();
  /** Viewers that may hold something. */
  readonly #holders = new Set<string>();
  readonly #waiters = new Set<Waiter>();
  /** The viewers of the inputs that are on their way. */
  #inFlight: string[] = [];
  #send: SendInput | undefined;
  #sent = 0;
  #dropped = 0;
  #cancelTimer: (() => void) | undefined;

  /** @param scheduler Tells the time and delays moves. Outside of tests, use `nodeScheduler`. */
  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** Number of inputs that were sent, and that were dropped because too much waited or no capture process was connected. */
  get counts(): { readonly sent: number; readonly dropped: number } {
    const dropped = [...this.#lines.values()].reduce((sum, { queue }) => sum + queue.dropped, this.#dropped);
    return { sent: this.#sent, dropped };
  }

  /** Adds an input of a viewer. It is dropped while no capture process is connected. */
  push(viewer: string, input: ViewerInput): void {
    if (!this.#send) {
      this.#dropped++;
      return;
    }
    this.#holders.add(viewer);
    this.#lineOf(viewer).queue.push(input);
    this.#run();
  }

  /**
   * Releases the keys and buttons that a viewer holds. Call this when a viewer leaves or loses control. The viewer's waiting
   * inputs are sent first. They are dropped if `isTaken` is true, or if inputs of more than 32 viewers wait.
   */
  release(viewer: string, isTaken = false): void {
    if (!this.#holders.has(viewer)) return;
    const { queue } = this.#lineOf(viewer);
    if (isTaken || this.#waitingLines() > maxWaitingLines) queue.release();
    else queue.push({ kind: "release" });
    this.#run();
  }

  /**
   * Resolves when all inputs of a viewer so far are written. Rejects with an Error if one of them cannot be sent, or if the
   * capture process is not connected or disconnects.
   */
  written(viewer: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter = { viewer, resolve, reject };
      if (!this.#send) return reject(disconnected());
      this.#waiters.add(waiter);
      this.#settle(waiter);
    });
  }

  /** Connects a capture process. Keys and buttons that viewers held before are released there. */
  connect(send: SendInput): void {
    this.disconnect();
    this.#send = send;
    for (const viewer of this.#holders) this.release(viewer);
  }

  /**
   * Disconnects the capture process and drops all waiting inputs. Keys and buttons that viewers hold are released, because
   * the capture process may go on without this sink.
   */
  disconnect(): void {
    const send = this.#send;
    this.#send = undefined;
    if (send) for (const viewer of this.#holders) send({ kind: "release", viewer }).catch(() => {});
    this.#inFlight = [];
    for (const waiter of this.#waiters) waiter.reject(disconnected());
    this.#waiters.clear();
    this.#dropped = this.counts.dropped;
    for (const { queue } of this.#lines.values()) while (queue.take()) this.#dropped++;
    this.#lines.clear();
    for (const viewer of this.#holders) {
      if (this.#holders.size <= maxForgotten) break;
      this.#holders.delete(viewer);
    }
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #waitingLines(): number {
    return [...this.#lines.values()].filter(({ queue }) => !queue.isEmpty).length;
  }

  #lineOf(viewer: string): Line {
    const line = this.#lines.get(viewer) ?? { queue: new InputQueue(), movesAt: Number.NEGATIVE_INFINITY };
    this.#lines.set(viewer, line);
    return line;
  }

  #run(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    while (this.#send && this.#inFlight.length < maxInFlight) {
      const now = this.#scheduler.now();
      const due = [...this.#lines].find(([, line]) => dueAt(line) <= now);
      if (!due) break;
      this.#sendNext(...due, this.#send, now);
    }
    if (!this.#send || this.#inFlight.length >= maxInFlight) return;
    const next = Math.min(...[...this.#lines.values()].map(dueAt));
    if (!Number.isFinite(next)) return;
    this.#cancelTimer = this.#scheduler.schedule(
      () => this.#run(),
      Math.max(1, Math.ceil(next - this.#scheduler.now())),
    );
  }

  #sendNext(viewer: string, line: Line, send: SendInput, now: number): void {
    const input = line.queue.take() as ViewerInput;
    if (isMergeable(input)) line.movesAt = now + moveInterval;
    // The viewer's next turn comes after those of all others.
    this.#lines.delete(viewer);
    if (line.queue.isEmpty && input.kind === "release") this.#forget(viewer, line);
    else this.#lines.set(viewer, line);
    this.#inFlight.push(viewer);
    this.#sent++;
    const done = (error?: Error) => {
      if (send !== this.#send) return;
      this.#inFlight.splice(this.#inFlight.indexOf(viewer), 1);
      for (const waiter of this.#waiters) {
        this.#settle(waiter, waiter.viewer === viewer ? error : undefined);
      }
      this.#run();
    };
    send({ ...input, viewer }).then(() => done(), done);
  }

  /** Settles a waiter if no input of its viewer waits or is on its way, or if one could not be sent. */
  #settle(waiter: Waiter, error?: Error): void {
    const { viewer } = waiter;
    if (error === undefined) {
      if (this.#inFlight.includes(viewer) || this.#lines.get(viewer)?.queue.isEmpty === false) return;
      waiter.resolve();
    } else waiter.reject(error);
    this.#waiters.delete(waiter);
  }

  #forget(viewer: string, { queue }: Line): void {
    this.#holders.delete(viewer);
    this.#dropped += queue.dropped;
  }
}

function dueAt({ queue, movesAt }: Line): number {
  const input = queue.peek();
  if (!input) return Number.POSITIVE_INFINITY;
  // An input behind the move must not wait.
  const canWait = isMergeable(input) && input.kind !== "release" && queue.length === 1;
  return canWait ? movesAt : Number.NEGATIVE_INFINITY;
}

function disconnected(): Error {
  return new Error("the source is not connected");
}
