import { changesAppearance, type VideoDemand } from "../demand.ts";
import { UploadCounter, type UploadCounts, type UploadOutcome } from "../upload-outcome.ts";
import { FrameCredit } from "./frame-credit.ts";
import { FramePacer } from "./frame-pacer.ts";
import { FrameQueue } from "./frame-queue.ts";
import type { InFlightFrame } from "./in-flight-frame.ts";
import { maxPendingFrames, PendingFrame } from "./pending-frame.ts";
import type { ScheduledFrame } from "./scheduled-frame.ts";
import { UnconsumedFrames } from "./unconsumed-frames.ts";

/**
 * The uploader's picture lane, as a pure state machine: driven by the receiver's credit, it says which picture to send
 * when, over all connections. Times are in ms.
 *
 * As a rule the freshest wins: one slot holds the newest picture. It waits there for demand and credit, and whatever it
 * replaces is settled without ever being encoded, so that what was captured last always arrives. It is kept after it was
 * sent, for a receiver that comes late or comes back. One picture is under way at a time.
 *
 * With `delivery: "all"` nothing is replaced: pictures queue up, settle when they are consumed, and those that were not
 * are sent to the next receiver.
 */
export class VideoLane<S> {
  readonly #release: (sample: S) => void;
  readonly #counter = new UploadCounter();
  readonly #pace = new FramePacer();
  #newest: PendingFrame<S> | undefined;
  /** What is to be sent; one at most unless all are to be delivered. */
  readonly #waiting = new FrameQueue<S>();
  #underWay: InFlightFrame<S> | undefined;
  /** What was sent and has not been consumed, in order, where all are to be delivered. */
  readonly #unconsumed = new UnconsumedFrames<S>();
  /** `undefined` until the receiver has said it. */
  #demand: VideoDemand | null | undefined;
  #deliversAll = false;
  #offered = 0;
  #connection = new FrameCredit();
  /** "sealed": no more pictures are accepted, and waiting ones can still be sent. */
  #state: "open" | "sealed" | "closed" = "open";

  /** `release` is called exactly once for each offered sample, when nothing needs it any more. */
  constructor(release: (sample: S) => void) {
    this.#release = release;
  }

  get counts(): UploadCounts {
    return this.#counter.counts;
  }

  /** How many pictures may be sent before the receiver gives more credit. */
  get credit(): number {
    return this.#connection.credit;
  }

  /** How many pictures of this connection the receiver has consumed. */
  get consumed(): number {
    return this.#connection.consumed;
  }

  /** Takes the newest picture; `settle` is called once. `false` where too many are pending already: then it has failed. */
  offer(sample: S, settle: (outcome: UploadOutcome) => void): boolean {
    const entry = new PendingFrame(++this.#offered, sample, this.#counter.enter(settle), this.#release);
    if (this.#state !== "open") {
      this.#end(entry, "closed");
      return true;
    }
    // The count of pending pictures includes this one.
    const isFull = this.#deliversAll && this.#demand !== null && this.counts.pending > maxPendingFrames;
    const previous = this.#newest;
    this.#newest = entry;
    if (isFull) entry.settle("failed");
    else if (this.#demand === null) entry.settle("unwanted");
    else this.#enqueue(entry);
    if (previous) this.#releaseUnused(previous);
    return !isFull;
  }

  /** Counts and lets go of what is no picture, so that it takes no picture's place; `settle` is called once. */
  refuse(sample: S, settle: (outcome: UploadOutcome) => void): void {
    this.#counter.enter(settle)(this.#state === "open" ? "failed" : "closed");
    this.#release(sample);
  }

  /** A new connection: its receiver gets the newest picture, or all that no one has consumed, once it has said what it wants. */
  connect(): void {
    this.disconnect();
    this.#connection = new FrameCredit();
    this.#enqueue(...this.#unconsumed.takeAll());
    this.#repeatNewest();
  }

  /** The connection is lost: nothing is sent until there is another one. */
  disconnect(): void {
    this.#demand = undefined;
  }

  /** Sets the receiver's demand. If it is the first or a different one, the newest picture is sent again, even if it is under way. */
  setDemand(demand: VideoDemand | null): void {
    const before = this.#demand;
    this.#demand = demand;
    if (demand === null) {
      for (const entry of this.#waiting.takeAllBut(0)) this.#drop(entry, "unwanted");
      return;
    }
    this.#deliversAll = demand.delivery === "all";
    this.#pace.limit(this.#deliversAll ? undefined : demand.maxFps);
    if (before === null || (before && changesAppearance(before, demand))) this.#repeatNewest();
    if (this.#deliversAll) return;
    this.#keepLast();
    for (const entry of this.#unconsumed.takeAll()) this.#end(entry, "sent");
  }

  /** Pictures up to the sequence number `through` may be sent; those up to `consumed` are done with. */
  acknowledge(through: number, consumed: number): void {
    this.#connection.acknowledge(through, consumed);
    for (const entry of this.#unconsumed.takeConsumed(this.#connection)) this.#end(entry, "sent");
  }

  /** The newest picture is to be sent again, whole and at once, unless it is on its way like that. */
  refresh(): void {
    if (this.#underWay?.turn.keyFrame && this.#underWay.entry === this.#newest) return;
    this.#repeatNewest();
  }

  /** When {@link take} will give a turn, if nothing else happens; `undefined` where something has to. */
  get dueAt(): number | undefined {
    const isReady = this.#waiting.length > 0 && this.#demand && !this.#underWay && this.credit > 0;
    return isReady ? this.#pace.dueAt : undefined;
  }

  /** The picture to send now, if it is time: {@link finish} has to follow. */
  take(now: number): ScheduledFrame<S> | undefined {
    const { dueAt } = this;
    if (dueAt === undefined || now < dueAt) return undefined;
    this.#pace.pass(now);
    const entry = this.#waiting.shift() as PendingFrame<S>;
    const turn = this.#connection.nextTurn(entry.sample);
    this.#underWay = { entry, turn, connection: this.#connection };
    return turn;
  }

  /** What became of the picture that was taken; "closed" where its connection was lost, which leaves it to the next one. */
  finish(outcome: "sent" | "failed" | "closed"): void {
    const sending = this.#underWay;
    if (!sending) return;
    const { entry, turn, connection } = sending;
    this.#underWay = undefined;
    if (outcome === "failed") connection.undoTurn();
    if (this.#state === "closed") this.#end(entry, "closed");
    else if (outcome === "failed") this.#drop(entry, "failed");
    else if (connection.isConsumed(turn)) this.#end(entry, "sent");
    else if (outcome === "closed" || connection !== this.#connection) this.#onLost(entry, outcome);
    else if (this.#deliversAll) this.#unconsumed.push(sending);
    else this.#end(entry, "sent");
  }

  /** Settles later offers "closed". Waiting pictures are sent as soon as there is credit, without regard to the pace. */
  seal(): void {
    if (this.#state === "open") this.#state = "sealed";
    this.#pace.reset();
  }

  /** Whether no picture waits, is under way, or has yet to be consumed. */
  get isIdle(): boolean {
    return this.#waiting.length === 0 && !this.#underWay && this.#unconsumed.length === 0;
  }

  /** Settles everything with "closed", and lets go of all but the picture under way, which {@link finish} releases. */
  close(): void {
    this.#state = "closed";
    const newest = this.#newest;
    this.#newest = undefined;
    this.#underWay?.entry.settle("closed");
    for (const entry of this.#unconsumed.takeAll()) this.#end(entry, "closed");
    for (const entry of this.#waiting.takeAllBut(0)) this.#end(entry, "closed");
    if (newest) this.#end(newest, "closed");
  }

  /** Whether the receiver got it nobody knows. */
  #onLost(entry: PendingFrame<S>, outcome: "sent" | "closed"): void {
    if (outcome === "sent" && !this.#deliversAll) entry.settle("sent");
    if (this.#demand === null) this.#drop(entry, "unwanted");
    else this.#enqueue(entry);
  }

  /** Whole and at once, where pictures are wanted. */
  #repeatNewest(): void {
    this.#connection.requireKeyFrame();
    this.#pace.reset();
    if (this.#newest && this.#demand !== null) this.#enqueue(this.#newest);
  }

  #enqueue(...entries: PendingFrame<S>[]): void {
    this.#waiting.add(...entries);
    if (!this.#deliversAll) this.#keepLast();
  }

  #keepLast(): void {
    for (const entry of this.#waiting.takeAllBut(1)) this.#drop(entry, "replaced");
  }

  #end(entry: PendingFrame<S>, outcome: UploadOutcome): void {
    entry.settle(outcome);
    this.#releaseUnused(entry);
  }

  /** One sending less: it decides only where no other one of the same picture is waiting, under way or unconsumed. */
  #drop(entry: PendingFrame<S>, outcome: UploadOutcome): void {
    if (!this.#isToBeSent(entry)) this.#end(entry, outcome);
  }

  #releaseUnused(entry: PendingFrame<S>): void {
    if (entry !== this.#newest && !this.#isToBeSent(entry)) entry.release();
  }

  #isToBeSent(entry: PendingFrame<S>): boolean {
    return this.#waiting.has(entry) || this.#underWay?.entry === entry || this.#unconsumed.has(entry);
  }
}
