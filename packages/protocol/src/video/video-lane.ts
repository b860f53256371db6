import { changesAppearance, type VideoDemand } from "../demand.ts";
import { noUploads, type UploadCounts, type UploadOutcome } from "../upload-outcome.ts";
import { FrameCredit, type ScheduledFrame } from "./frame-credit.ts";
import { FramePacer } from "./frame-pacer.ts";
import { exceedsBounds, type FrameOwner, PendingFrame } from "./pending-frame.ts";
import { type InFlightFrame, UnconsumedFrames } from "./unconsumed-frames.ts";

/**
 * Decides from the receiver's demand and credit which video frame an uploader sends, and when. Spans all connections of
 * the uploader. Pure state machine; times are in ms.
 *
 * By default one slot holds the newest frame until there is demand and credit. A newer frame replaces it, and the
 * replaced frame settles without being encoded. The newest frame is kept after it was sent, for the next receiver. At
 * most one frame is in flight.
 *
 * With `delivery: "all"`, frames are not replaced: they queue up and settle when they are consumed. Unconsumed frames are
 * sent to the next receiver.
 */
export class VideoLane<S> {
  readonly #owner: FrameOwner<S>;
  readonly #pace = new FramePacer();
  #newest: PendingFrame<S> | undefined;
  /** Frames to send, oldest first, without duplicates. At most one, unless `delivery` is `"all"`. */
  #waiting: PendingFrame<S>[] = [];
  #underWay: InFlightFrame<S> | undefined;
  /** Empty unless `delivery` is `"all"`. */
  readonly #unconsumed = new UnconsumedFrames<S>();
  /** `undefined` until the receiver has sent its demand. */
  #demand: VideoDemand | null | undefined;
  #deliversAll = false;
  #offered = 0;
  #connection = new FrameCredit();
  /** A sealed lane accepts no more frames and still sends the waiting ones. */
  #state: "open" | "sealed" | "closed" = "open";

  /** `release` is called exactly once for each offered sample, when the lane no longer needs it. `bytesOf` must not throw. */
  constructor(release: (sample: S) => void, bytesOf: (sample: S) => number = () => 0) {
    this.#owner = { counts: noUploads(), pendingBytes: 0, release, bytesOf };
  }

  /** A copy of the counts. */
  get counts(): UploadCounts {
    return { ...this.#owner.counts };
  }

  /** Number of frames that may be sent before the receiver grants more credit. */
  get credit(): number {
    return this.#connection.credit;
  }

  /** Number of frames that the receiver has consumed on this connection. */
  get consumed(): number {
    return this.#connection.consumed;
  }

  /** Adds the newest frame. `settle` is called once with the outcome of the sample. Returns `false` if the frame was left out because too many frames are pending. */
  offer(sample: S, settle: (outcome: UploadOutcome) => void): boolean {
    const frame = new PendingFrame(++this.#offered, sample, this.#owner, settle);
    if (this.#state !== "open") {
      frame.end("closed");
      return true;
    }
    const isFull = this.#deliversAll && this.#demand !== null && exceedsBounds(this.#owner);
    const previous = this.#newest;
    this.#newest = frame;
    frame.isNewest = true;
    if (previous) previous.isNewest = false;
    if (isFull) frame.settle("replaced");
    else if (this.#demand === null) frame.settle("unwanted");
    else this.#enqueue(frame);
    previous?.releaseUnused();
    return !isFull;
  }

  /** Counts and releases an invalid sample, which does not replace the waiting frame. `settle` is called once with its outcome. */
  refuse(sample: S, settle: (outcome: UploadOutcome) => void): void {
    const frame = new PendingFrame(++this.#offered, sample, this.#owner, settle);
    frame.end(this.#state === "open" ? "failed" : "closed");
  }

  /** Starts a new connection. After its first demand, the receiver gets the unconsumed frames and the newest frame. */
  connect(): void {
    this.disconnect();
    this.#connection = new FrameCredit();
    for (const frame of this.#unconsumed.takeAll()) this.#enqueue(frame);
    this.#repeatNewest();
  }

  /** Ends the connection. Nothing is sent until the next {@link connect}. */
  disconnect(): void {
    this.#demand = undefined;
  }

  /** Sets the demand. The newest frame is sent again if the previous demand was `null` or frames look different now. */
  setDemand(demand: VideoDemand | null): void {
    const before = this.#demand;
    this.#demand = demand;
    if (demand === null) {
      this.#dropWaiting(0, "unwanted");
      return;
    }
    this.#deliversAll = demand.delivery === "all";
    this.#pace.limit(this.#deliversAll ? undefined : demand.maxFps);
    if (before === null || (before && changesAppearance(before, demand))) this.#repeatNewest();
    if (this.#deliversAll) return;
    this.#dropWaiting(1, "replaced");
    for (const frame of this.#unconsumed.takeAll()) frame.end("sent");
  }

  /** Applies credit: frames up to the number `through` may be sent, and frames up to `consumed` are consumed. */
  acknowledge(through: number, consumed: number): void {
    this.#connection.acknowledge(through, consumed);
    if (!this.#deliversAll) return;
    for (const frame of this.#unconsumed.takeConsumed(this.#connection)) frame.end("sent");
  }

  /** Sends the newest frame again at once as a key frame, unless it is already in flight as a key frame. */
  refresh(): void {
    if (this.#underWay?.scheduled.keyFrame && this.#underWay.frame === this.#newest) return;
    this.#repeatNewest();
  }

  /** Time at which {@link take} returns a frame; `undefined` while no frame can be sent. */
  get dueAt(): number | undefined {
    if (this.#waiting.length === 0 || !this.#demand || this.#underWay) return undefined;
    return this.#connection.credit > 0 ? this.#pace.dueAt : undefined;
  }

  /** Returns the frame to send now; `undefined` if none is due. Call {@link finish} with its outcome. */
  take(now: number): ScheduledFrame<S> | undefined {
    const { dueAt } = this;
    if (dueAt === undefined || now < dueAt) return undefined;
    this.#pace.pass(now);
    const frame = this.#waiting.shift() as PendingFrame<S>;
    frame.isWaiting = false;
    frame.isUnderWay = true;
    const scheduled = this.#connection.next(frame.sample);
    this.#underWay = { frame, scheduled, connection: this.#connection };
    return scheduled;
  }

  /**
   * Records the outcome of the frame from {@link take}. "closed" means that its connection was lost; the frame waits for
   * the next one.
   */
  finish(outcome: "sent" | "failed" | "closed"): void {
    const sending = this.#underWay;
    if (!sending) return;
    const { frame, scheduled, connection } = sending;
    this.#underWay = undefined;
    frame.isUnderWay = false;
    const isLost = outcome === "closed" || connection !== this.#connection;
    if (outcome === "failed") connection.undo();
    if (this.#state === "closed") frame.end("closed");
    else if (outcome === "failed") frame.drop("failed");
    else if (!(isLost || this.#deliversAll) || connection.isConsumed(scheduled)) frame.end("sent");
    else if (isLost) this.#onLost(frame, outcome);
    else this.#unconsumed.push(sending);
  }

  /** Stops accepting frames: later offers settle "closed". Waiting frames are sent as soon as there is credit, regardless of `maxFps`. */
  seal(): void {
    if (this.#state === "open") this.#state = "sealed";
    this.#pace.reset();
  }

  /** Whether no frame is waiting, in flight or unconsumed. */
  get isIdle(): boolean {
    return this.#waiting.length === 0 && !this.#underWay && this.#unconsumed.length === 0;
  }

  /** Settles every frame "closed" and releases all frames but the one in flight, which {@link finish} releases. */
  close(): void {
    this.#state = "closed";
    const newest = this.#newest;
    this.#newest = undefined;
    if (newest) newest.isNewest = false;
    this.#underWay?.frame.settle("closed");
    for (const frame of this.#unconsumed.takeAll()) frame.end("closed");
    for (const frame of this.#takeWaiting(0)) frame.end("closed");
    newest?.end("closed");
  }

  /** Handles a frame whose connection was lost. It is unknown whether the receiver got the frame. */
  #onLost(frame: PendingFrame<S>, outcome: "sent" | "closed"): void {
    if (outcome === "sent" && !this.#deliversAll) frame.settle("sent");
    if (this.#demand === null) frame.drop("unwanted");
    else this.#enqueue(frame);
  }

  /** Makes the next frame a key frame that is due at once. Queues the newest frame again unless the demand is `null`. */
  #repeatNewest(): void {
    this.#connection.requireKeyFrame();
    this.#pace.reset();
    if (this.#newest && this.#demand !== null) this.#enqueue(this.#newest);
  }

  #enqueue(frame: PendingFrame<S>): void {
    if (!frame.isWaiting) {
      frame.isWaiting = true;
      this.#waiting.push(frame);
      // A repeated frame may be older than frames that already wait. Sorting keeps the order of the offers.
      if (!frame.isNewest) this.#waiting.sort((one, other) => one.order - other.order);
    }
    if (!this.#deliversAll && this.#waiting.length > 1) this.#dropWaiting(1, "replaced");
  }

  /** Removes and returns all waiting frames except the newest `kept`. */
  #takeWaiting(kept: number): PendingFrame<S>[] {
    const taken = this.#waiting.splice(0, this.#waiting.length - kept);
    for (const frame of taken) frame.isWaiting = false;
    return taken;
  }

  #dropWaiting(kept: number, outcome: UploadOutcome): void {
    for (const frame of this.#takeWaiting(kept)) frame.drop(outcome);
  }
}
