import assert from "node:assert/strict";
import { maxPendingFrames, type UploadOutcome, type VideoDemand, VideoLane } from "../../src/index.ts";

/** One step of a test run. */
export type Step =
  | { readonly do: "offer"; readonly count: number }
  | { readonly do: "finish"; readonly outcome: "sent" | "failed" | "closed" }
  | { readonly do: "acknowledge"; readonly more: number; readonly consumed: number }
  | { readonly do: "demand"; readonly demand: VideoDemand | null }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "take" | "refresh" | "refuse" | "connect" | "disconnect" };

const outcomes = ["pending", "sent", "replaced", "unwanted", "failed", "closed"] as const;

interface Sample {
  readonly outcomes: UploadOutcome[];
  releases: number;
}

/** One transmission of a frame. */
interface Attempt {
  readonly sample: number;
  readonly sequence: number;
}

/** The fields of a demand whose change makes the lane send the newest frame again. */
const lookOf = ({ delivery, maxWidth }: VideoDemand) => `${delivery} ${maxWidth}`;

/**
 * A model of a {@link VideoLane}. It stores the observable state in simple structures (samples are numbers, the frames to
 * send are a set of numbers), and compares that state with the lane after each step.
 */
export class Observer {
  readonly lane: VideoLane<number> = new VideoLane((sample) => this.#onRelease(sample));
  readonly samples: Sample[] = [];
  /** Frames that were taken on this connection and did not fail, in order. */
  delivered: number[] = [];
  /** The last value of {@link delivered} on each earlier connection. */
  readonly history: number[][] = [];
  #failedHere = new Set<number>();
  #now = 0;
  #newest: number | undefined;
  #due = new Set<number>();
  #inFlight: (Attempt & { readonly isKey: boolean }) | undefined;
  /** Whether the frame in flight belongs to an earlier connection. */
  #isStale = false;
  /** Whether the receiver of the earlier connection had consumed the frame in flight. */
  #isConsumedInFlight = false;
  #unconsumed: Attempt[] = [];
  /** Frames that may be sent again on this connection. */
  #mayRepeat = new Set<number>();
  /** Frames whose outcome may be "sent": they were consumed, or were sent with `delivery: "latest"`. */
  readonly #wasSent = new Set<number>();
  #isConnected = false;
  #isSealed = false;
  #isClosed = false;
  #demand: VideoDemand | null | undefined;
  #isAll = false;
  #needsKey = true;
  #sequence = 0;
  #through = 0;
  #consumed = 0;
  /** The times at which frames were taken, in ms. A change of maxFps keeps only the last time. A pace reset removes all times. */
  #passes: number[] = [];
  #lastTurn = Number.NEGATIVE_INFINITY;

  run(step: Step): void {
    switch (step.do) {
      case "offer":
        for (let count = 0; count < step.count; count++) this.offer();
        break;
      case "refuse": {
        const sample = this.#register();
        this.lane.refuse(sample, (outcome) => this.#onSettle(sample, outcome));
        assert.deepEqual(this.samples[sample]?.outcomes, [this.#isEnded ? "closed" : "failed"]);
        break;
      }
      case "wait":
        this.#now += step.ms;
        break;
      case "take":
        this.take();
        break;
      case "finish":
        this.finish(step.outcome);
        break;
      case "acknowledge":
        this.acknowledge(this.#through + step.more, this.#consumed + step.consumed);
        break;
      case "demand":
        this.setDemand(step.demand);
        break;
      case "refresh":
        this.refresh();
        break;
      case "connect":
        this.connect();
        break;
      case "disconnect":
        this.#isConnected = false;
        this.#demand = undefined;
        this.lane.disconnect();
        break;
    }
    this.check();
  }

  offer(): void {
    const sample = this.#register();
    const isFull = this.#isAll && this.#demand !== null && this.#pending > maxPendingFrames;
    if (!this.#isEnded) {
      this.#newest = sample;
      if (this.#demand !== null && !isFull) this.#await(sample);
    }
    const isTaken = this.lane.offer(sample, (outcome) => this.#onSettle(sample, outcome));
    assert.equal(isTaken, this.#isEnded || !isFull);
    const { outcomes } = this.samples[sample] as Sample;
    if (this.#isEnded) assert.deepEqual(outcomes, ["closed"]);
    else if (isFull) assert.deepEqual(outcomes, ["replaced"]);
    else assert.deepEqual(outcomes, this.#demand === null ? ["unwanted"] : []);
  }

  connect(): void {
    this.#isConnected = true;
    if (this.#inFlight && !this.#isStale) {
      this.#isStale = true;
      this.#isConsumedInFlight = this.#inFlight.sequence <= this.#consumed;
    }
    this.history.push(this.delivered);
    this.delivered = [];
    this.#failedHere = new Set();
    this.#mayRepeat = new Set();
    this.#demand = undefined;
    [this.#sequence, this.#through, this.#consumed] = [0, 0, 0];
    this.#await(...this.#unconsumed.splice(0).map(({ sample }) => sample));
    this.#repeatNewest();
    this.lane.connect();
  }

  setDemand(demand: VideoDemand | null): void {
    if (!this.#isConnected) return;
    const wasSeenAs = this.#demand && lookOf(this.#demand);
    const before = this.#rate;
    this.#demand = demand;
    if (demand === null) this.#due.clear();
    else {
      this.#isAll = demand.delivery === "all";
      if (this.#rate !== before) this.#passes = this.#passes.slice(-1);
      if (!this.#isAll) {
        for (const { sample } of this.#unconsumed.splice(0)) this.#wasSent.add(sample);
        this.#await();
      }
      const isOther = wasSeenAs && wasSeenAs !== lookOf(demand) && !this.#isAll;
      if (wasSeenAs === null || isOther) this.#repeatNewest();
    }
    this.lane.setDemand(demand);
  }

  acknowledge(through: number, consumed: number): void {
    if (!this.#isConnected) return;
    this.#through = Math.max(this.#through, through);
    this.#consumed = Math.max(this.#consumed, Math.min(consumed, this.#sequence));
    for (const { sample, sequence } of this.#unconsumed) {
      if (sequence <= this.#consumed) this.#wasSent.add(sample);
    }
    this.#unconsumed = this.#unconsumed.filter(({ sequence }) => sequence > this.#consumed);
    this.lane.acknowledge(through, Math.min(consumed, this.#consumed));
  }

  refresh(): void {
    const isComing = this.#inFlight?.isKey && this.#inFlight.sample === this.#newest;
    if (!isComing) this.#repeatNewest();
    this.lane.refresh();
  }

  take(): number | undefined {
    const isReady =
      this.#demand != null && !this.#inFlight && this.#due.size > 0 && this.#sequence < this.#through;
    const { dueAt } = this.lane;
    assert.equal(dueAt !== undefined, isReady);
    const scheduled = this.lane.take(this.#now);
    assert.equal(scheduled !== undefined, isReady && (dueAt ?? Number.NaN) <= this.#now);
    if (!scheduled) {
      // Only maxFps may delay a ready frame, by at most one interval.
      if (isReady) {
        assert.ok(this.#passes.length > 0, "a frame that is due is delayed");
        assert.ok((dueAt ?? Number.NaN) <= this.#lastTurn + this.#interval + 1e-6);
      }
      return undefined;
    }
    const sample = Math.min(...this.#due);
    this.#sequence++;
    assert.equal(scheduled.sample, sample);
    assert.equal(scheduled.sequence, this.#sequence);
    assert.equal(scheduled.keyFrame, this.#needsKey);
    if (!this.#isAll) assert.equal(sample, this.#newest);
    assert.ok(sample >= (this.delivered.at(-1) ?? 0), "the frame is out of order");
    if (this.delivered.includes(sample))
      assert.ok(this.#mayRepeat.delete(sample), "the frame was delivered twice");
    this.#onPass();
    this.#needsKey = false;
    this.#due.delete(sample);
    this.delivered.push(sample);
    this.#inFlight = { sample, sequence: this.#sequence, isKey: scheduled.keyFrame };
    this.#isStale = false;
    return sample;
  }

  finish(requested: "sent" | "failed" | "closed"): void {
    const attempt = this.#inFlight;
    this.#inFlight = undefined;
    if (!attempt) {
      this.lane.finish(requested);
      return;
    }
    const { sample, sequence } = attempt;
    const isConsumed = this.#isStale ? this.#isConsumedInFlight : sequence <= this.#consumed;
    // A frame that the receiver has consumed cannot fail.
    const outcome = isConsumed && requested === "failed" ? "sent" : requested;
    if (isConsumed || (outcome === "sent" && !this.#isAll)) this.#wasSent.add(sample);
    if (this.#isClosed) this.#unconsumed = [];
    else if (outcome === "failed") {
      if (!this.#isStale) this.#undo(sample);
    } else if (!isConsumed && (outcome === "closed" || this.#isStale)) {
      if (this.#demand !== null) this.#await(sample);
      this.#mayRepeat.add(sample);
    } else if (!isConsumed && this.#isAll) this.#unconsumed.push(attempt);
    this.lane.finish(outcome);
    if (!this.#isAll && outcome === "sent") assert.equal(this.samples[sample]?.outcomes.length, 1);
  }

  /** See {@link VideoLane.seal}. */
  seal(): void {
    this.#isSealed = true;
    this.#passes = [];
    this.lane.seal();
    this.check();
  }

  close(): void {
    this.#isClosed = true;
    this.#newest = undefined;
    this.#due.clear();
    this.#unconsumed = [];
    this.lane.close();
    for (const { outcomes } of this.samples) assert.equal(outcomes.length, 1);
    this.check();
  }

  /**
   * Compares the lane's counters and state with the model. Checks that each sample has at most one outcome, and is
   * released once, as soon as the lane no longer needs the sample.
   */
  check(): void {
    const { captured, ...rest } = this.lane.counts;
    const settled = { pending: 0, sent: 0, replaced: 0, unwanted: 0, failed: 0, closed: 0 };
    for (const [sample, { outcomes, releases }] of this.samples.entries()) {
      assert.ok(outcomes.length <= 1, "settled twice");
      const outcome = outcomes[0] ?? "pending";
      settled[outcome]++;
      const isToBeSent = this.#isToBeSent(sample);
      if (outcome === "pending") assert.ok(isToBeSent, "pending, but the lane does not need it");
      if (outcome === "sent") assert.ok(this.#wasSent.has(sample), "not sent, or not consumed");
      assert.equal(releases, isToBeSent || sample === this.#newest ? 0 : 1, "releases");
    }
    assert.equal(captured, this.samples.length);
    for (const key of outcomes) assert.equal(rest[key], settled[key], key);
    assert.equal(this.lane.credit, this.#through - this.#sequence);
    assert.equal(this.lane.consumed, Math.min(this.#consumed, this.#sequence));
    const isIdle = this.#due.size === 0 && !this.#inFlight && this.#unconsumed.length === 0;
    assert.equal(this.lane.isIdle, isIdle, "idle");
  }

  /** Grants credit until no frame is left to send, and checks that the newest frame was delivered, unless it failed or was left out. */
  drain(demand: VideoDemand): void {
    const isNew = !this.#isConnected;
    if (isNew) this.connect();
    this.setDemand(demand);
    do {
      this.finish("sent");
      this.#now += 1e6;
      this.acknowledge(this.#sequence + 1, this.#sequence);
    } while (this.take() !== undefined);
    this.check();
    const newest = this.#newest;
    if (newest === undefined) return;
    // With `delivery: "all"`, the frame may have been left out because too many frames were pending.
    const wasRefused = this.#isAll && this.samples[newest]?.outcomes[0] === "replaced";
    const isKnown = this.#failedHere.has(newest) || wasRefused;
    assert.ok(this.delivered.includes(newest) || isKnown, "the newest frame was not delivered");
    assert.equal(this.lane.counts.pending, 0);
  }

  #isToBeSent(sample: number): boolean {
    return (
      this.#due.has(sample) ||
      this.#inFlight?.sample === sample ||
      this.#unconsumed.some((attempt) => attempt.sample === sample)
    );
  }

  get #isEnded(): boolean {
    return this.#isSealed || this.#isClosed;
  }

  get #pending(): number {
    return this.samples.filter(({ outcomes }) => outcomes.length === 0).length;
  }

  get #rate(): number | undefined {
    return this.#isAll ? undefined : (this.#demand?.maxFps ?? undefined);
  }

  get #interval(): number {
    return 1000 / (1.01 * (this.#rate ?? Number.POSITIVE_INFINITY));
  }

  /** Checks that each period contains at most one frame more than maxFps allows, because a late frame does not delay the next one. */
  #onPass(): void {
    for (const [index, pass] of this.#passes.entries()) {
      const intervals = this.#passes.length - index - 1;
      assert.ok(this.#now - pass >= intervals * this.#interval - 1e-6, "more frames than maxFps allows");
    }
    this.#passes.push(this.#now);
    this.#lastTurn = this.#now;
  }

  #await(...samples: readonly number[]): void {
    for (const sample of samples) this.#due.add(sample);
    if (!this.#isAll && this.#due.size > 1) this.#due = new Set([Math.max(...this.#due)]);
  }

  #repeatNewest(): void {
    this.#needsKey = true;
    this.#passes = [];
    if (this.#newest === undefined || this.#demand === null) return;
    this.#await(this.#newest);
    this.#mayRepeat.add(this.#newest);
  }

  #undo(sample: number): void {
    this.#sequence--;
    this.#needsKey = true;
    this.delivered.pop();
    this.#failedHere.add(sample);
  }

  #register(): number {
    this.samples.push({ outcomes: [], releases: 0 });
    return this.samples.length - 1;
  }

  #onSettle(sample: number, outcome: UploadOutcome): void {
    this.samples[sample]?.outcomes.push(outcome);
    if (outcome === "sent" || outcome === "closed") return;
    assert.ok(!this.#isToBeSent(sample), `${outcome}, but still to be sent`);
  }

  #onRelease(sample: number): void {
    const entry = this.samples[sample] as Sample;
    entry.releases++;
    assert.equal(entry.outcomes.length, 1, "released before it was settled");
    assert.notEqual(sample, this.#inFlight?.sample);
  }
}
