import { Condition } from "../condition.ts";
import type { VideoDemand } from "../demand.ts";
import type { UploadCounts, UploadOutcome } from "../upload-outcome.ts";
import type { ScheduledFrame } from "./frame-credit.ts";
import { VideoLane } from "./video-lane.ts";

/** Maximum delay of a Node timer, in ms. */
const longestDelay = 2 ** 31 - 1;

/** A clock and a timer. All times are in ms. */
export interface Scheduler {
  /** Returns the current time of a monotonic clock. */
  now(): number;
  /** Calls `callback` after this delay. The returned function cancels the call. */
  schedule(callback: () => void, delay: number): () => void;
}

interface VideoPumpOptions<S> {
  readonly scheduler: Scheduler;
  /** Called exactly once for each offered sample, when it is no longer needed. */
  readonly release: (sample: S) => void;
  /** Returns the number of bytes of a sample, which bounds the pending ones with `delivery: "all"`. Default: 0. */
  readonly bytesOf?: ((sample: S) => number) | undefined;
  /**
   * Encodes and sends a frame. Called for one frame at a time. Must not reject. "closed" means that the connection was
   * lost; the frame then waits for the next connection.
   */
  readonly send: (frame: ScheduledFrame<S>) => Promise<"sent" | "failed" | "closed">;
}

/** Sends video frames one at a time, each when its {@link VideoLane} reports it as due. */
export class VideoPump<S> {
  readonly #options: VideoPumpOptions<S>;
  readonly #lane: VideoLane<S>;
  readonly #drained = new Condition(() => !this.#isConnected || this.#lane.isIdle);
  #cancelTimer: (() => void) | undefined;
  #isConnected = false;
  #isSealed = false;
  #consumedEarlier = 0;

  constructor(options: VideoPumpOptions<S>) {
    this.#options = options;
    this.#lane = new VideoLane(options.release, options.bytesOf);
  }

  /** Numbers of offered frames by outcome. */
  get counts(): UploadCounts {
    return this.#lane.counts;
  }

  /** Number of frames that may be sent before the receiver grants more credit. */
  get credit(): number {
    return this.#lane.credit;
  }

  /** Number of frames that receivers have consumed, over all connections. */
  get consumed(): number {
    return this.#consumedEarlier + this.#lane.consumed;
  }

  /** See {@link VideoLane.offer}. */
  offer(sample: S, settle: (outcome: UploadOutcome) => void): boolean {
    const isAccepted = this.#lane.offer(sample, settle);
    this.#run();
    return isAccepted;
  }

  /** See {@link VideoLane.refuse}. */
  refuse(sample: S, settle: (outcome: UploadOutcome) => void): void {
    this.#lane.refuse(sample, settle);
  }

  /** See {@link VideoLane.connect}. */
  connect(): void {
    this.#isConnected = true;
    this.#consumedEarlier += this.#lane.consumed;
    this.#lane.connect();
  }

  /** See {@link VideoLane.disconnect}. */
  disconnect(): void {
    this.#isConnected = false;
    this.#lane.disconnect();
    this.#run();
  }

  /** See {@link VideoLane.setDemand}. */
  setDemand(demand: VideoDemand | null): void {
    this.#lane.setDemand(demand);
    this.#run();
  }

  /** See {@link VideoLane.acknowledge}. */
  acknowledge(through: number, consumed: number): void {
    this.#lane.acknowledge(through, consumed);
    this.#run();
  }

  /** See {@link VideoLane.refresh}. */
  refresh(): void {
    this.#lane.refresh();
    this.#run();
  }

  /**
   * Stops accepting frames. Resolves when no frame is waiting, in flight or unconsumed, or when the connection is lost.
   * Does not wait for the interval of `maxFps`.
   */
  drain(): Promise<void> {
    this.#isSealed = true;
    this.#lane.seal();
    this.#run();
    return this.#drained.wait();
  }

  /** Settles every frame "closed". The frame in flight is released when `send` settles. */
  close(): void {
    this.#lane.close();
    this.#run();
  }

  /** Sends the next frame if it is due, otherwise schedules it. The lane has no due time while a frame is in flight. */
  #run(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#isSealed) this.#drained.check();
    const { dueAt } = this.#lane;
    if (dueAt === undefined) return;
    const { scheduler } = this.#options;
    const now = scheduler.now();
    const frame = this.#lane.take(now);
    if (frame) this.#send(frame);
    else
      this.#cancelTimer = scheduler.schedule(
        () => this.#run(),
        Math.min(Math.ceil(dueAt - now), longestDelay),
      );
  }

  async #send(frame: ScheduledFrame<S>): Promise<void> {
    this.#lane.finish(await this.#options.send(frame));
    this.#run();
  }
}
