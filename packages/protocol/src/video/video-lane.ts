import { changesAppearance, type VideoDemand } from "../demand.ts";
import { noUploads, type UploadCounts, type UploadOutcome } from "../upload-outcome.ts";
import { FrameCredit, type ScheduledFrame } from "./frame-credit.ts";
import { FramePacer } from "./frame-pacer.ts";
import { type FrameOwner, maxPendingFrames, PendingFrame } from "./pending-frame.ts";
import { type InFlightFrame, UnconsumedFrames } from "./unconsumed-frames.ts";

/**
 * Decides which video frame an uploader sends when, over all its connections, from the receiver's demand and credit. A pure
 * state machine; times are in ms.
 *
 * By default one slot holds the newest frame until there is demand and credit. A newer frame replaces it; the replaced frame
 * is settled without being encoded. The newest frame is kept after it was sent, for the next receiver. One frame is under
 * way at a time.
 *
 * With `delivery: "all"` nothing is replaced: frames queue up and settle when they are consumed. Frames that were not
 * consumed are sent to the next receiver.
 */
export class VideoLane<S> {
  readonly #owner: FrameOwner<S>;
  readonly #pace = new FramePacer();
  #newest: PendingFrame<S> | undefined;
  /** Frames to send, oldest first, each once; at most one unless all are delivered. */
  #waiting: PendingFrame<S>[] = [];
  #underWay: InFlightFrame<S> | undefined;
  /** Empty unless all frames are delivered. */
  readonly #unconsumed = new UnconsumedFrames<S>();
  /** `undefined` until the receiver has sent its demand. */
  #demand: VideoDemand | null | undefined;
  #deliversAll = false;
  #offered = 0;
  #connection = new FrameCredit();
  /** "sealed": no more frames are accepted, and waiting frames can still be sent. */
  #state: "open" | "sealed" | "closed" = "open";

  /** `release` is called exactly once for each offered sample, when the lane no longer needs it. */
  constructor(release: (sample: S) => void) {
    this.#owner = { counts: noUploads(), release };
  }

  /** A copy of the counts. */
  get counts(): UploadCounts {
    return { ...this.#owner.counts };
  }

  /** How many frames may be sent before the receiver gives more credit. */
  get credit(): number {
    return this.#connection.credit;
  }

  /** How many frames of this connection the receiver has consumed. */
  get consumed(): number {
    return this.#connection.consumed;
  }

  /** Takes the newest frame; `settle` is called once. Returns `false` if the frame fails because too many are pending. */
  offer(sample: S, settle: (outcome: UploadOutcome) => void): boolean {
    const frame = new PendingFrame(++this.#offered, sample, this.#owner, settle);
    if (this.#state !== "open") {
      frame.end("closed");
      return true;
    }
    // The count of pending frames includes this one.
    const isFull =
      this.#deliversAll && this.#demand !== null && this.#owner.counts.pending > maxPendingFrames;
    const previous = this.#newest;
    this.#newest = frame;
    frame.isNewest = true;
    if (previous) previous.isNewest = false;
    if (isFull) frame.settle("failed");
    else if (this.#demand === null) frame.settle("unwanted");
    else this.#enqueue(frame);
    previous?.releaseUnused();
    return !isFull;
  }

  /** Counts and releases an invalid sample without replacing the waiting frame; `settle` is called once. */
  refuse(sample: S, settle: (outcome: UploadOutcome) => void): void {
    const frame = new PendingFrame(++this.#offered, sample, this.#owner, settle);
    frame.end(this.#state === "open" ? "failed" : "closed");
  }

  /** A new connection. Once its receiver has sent a demand, it gets the newest frame, or all unconsumed frames. */
  connect(): void {
    this.disconnect();
    this.#connection = new FrameCredit();
    for (const frame of this.#unconsumed.takeAll()) this.#enqueue(frame);
    this.#repeatNewest();
  }

  /** The connection is lost: nothing is sent until the next {@link connect}. */
  disconnect(): void {
    this.#demand = undefined;
  }

  /** Sets the receiver's demand. After `null`, or if frames look different now, the newest frame is sent again, even if it is under way. */
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

  /** Frames up to the sequence number `through` may be sent; frames up to `consumed` are consumed. */
  acknowledge(through: number, consumed: number): void {
    this.#connection.acknowledge(through, consumed);
    if (!this.#deliversAll) return;
    for (const frame of this.#unconsumed.takeConsumed(this.#connection)) frame.end("sent");
  }

  /** Sends the newest frame again, as a key frame and at once, unless it is already under way as a key frame. */
  refresh(): void {
    if (this.#underWay?.scheduled.keyFrame && this.#underWay.frame === this.#newest) return;
    this.#repeatNewest();
  }

  /** When {@link take} will return a frame if nothing else happens; `undefined` if it will not. */
  get dueAt(): number | undefined {
    if (this.#waiting.length === 0 || !this.#demand || this.#underWay) return undefined;
    return this.#connection.credit > 0 ? this.#pace.dueAt : undefined;
  }

  /** Returns the frame to send now, if one is due. Call {@link finish} when it was sent. */
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

  /** Reports the outcome of the taken frame; "closed" if its connection was lost, which leaves it to the next connection. */
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

  /** Settles later offers "closed". Waiting frames are sent as soon as there is credit, regardless of the pace. */
  seal(): void {
    if (this.#state === "open") this.#state = "sealed";
    this.#pace.reset();
  }

  /** Whether no frame is waiting, under way or unconsumed. */
  get isIdle(): boolean {
    return this.#waiting.length === 0 && !this.#underWay && this.#unconsumed.length === 0;
  }

  /** Settles every frame "closed" and releases all but the frame under way, which {@link finish} releases. */
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

  /** Whether the receiver got the frame is unknown. */
  #onLost(frame: PendingFrame<S>, outcome: "sent" | "closed"): void {
    if (outcome === "sent" && !this.#deliversAll) frame.settle("sent");
    if (this.#demand === null) frame.drop("unwanted");
    else this.#enqueue(frame);
  }

  /** The next frame is a key frame and not delayed; the newest frame is sent again if frames are wanted. */
  #repeatNewest(): void {
    this.#connection.requireKeyFrame();
    this.#pace.reset();
    if (this.#newest && this.#demand !== null) this.#enqueue(this.#newest);
  }

  #enqueue(frame: PendingFrame<S>): void {
    if (!frame.isWaiting) {
      frame.isWaiting = true;
      this.#waiting.push(frame);
      // A frame that is sent again may be older than the frames that wait.
      if (!frame.isNewest) this.#waiting.sort((one, other) => one.order - other.order);
    }
    if (!this.#deliversAll && this.#waiting.length > 1) this.#dropWaiting(1, "replaced");
  }

  /** Removes all but the newest `kept` waiting frames. */
  #takeWaiting(kept: number): PendingFrame<S>[] {
    const taken = this.#waiting.splice(0, this.#waiting.length - kept);
    for (const frame of taken) frame.isWaiting = false;
    return taken;
  }

  #dropWaiting(kept: number, outcome: UploadOutcome): void {
    for (const frame of this.#takeWaiting(kept)) frame.drop(outcome);
  }
}
