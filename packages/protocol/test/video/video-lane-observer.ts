import assert from "node:assert/strict";
import { maxPendingFrames, type UploadOutcome, type VideoDemand, VideoLane } from "../../src/index.ts";

/** One thing that may happen to a lane. */
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

/** What the receiving end of a connection may have seen of a picture. */
interface Attempt {
  readonly sample: number;
  readonly sequence: number;
}

/** What of a demand shows in a picture, and which pictures come. */
const lookOf = ({ delivery, maxWidth }: VideoDemand) => `${delivery} ${maxWidth}`;

/**
 * What anybody who looks at a lane from outside can know, kept in the plainest way (samples are numbers, what is still
 * to be sent is a set of them), and held against the lane after each step.
 */
export class Observer {
  readonly lane: VideoLane<number> = new VideoLane((sample) => this.#onRelease(sample));
  readonly samples: Sample[] = [];
  /** What was taken on this connection and did not fail, in order. */
  delivered: number[] = [];
  /** Every connection's. */
  readonly history: number[][] = [];
  #failedHere = new Set<number>();
  #now = 0;
  #newest: number | undefined;
  #due = new Set<number>();
  #underWay: (Attempt & { readonly isKey: boolean }) | undefined;
  /** The picture under way belongs to an earlier connection. */
  #isStale = false;
  /** The earlier connection's receiver had consumed it. */
  #isConsumedUnderWay = false;
  #unconsumed: Attempt[] = [];
  /** Pictures that may go to this receiver once more. */
  #mayRepeat = new Set<number>();
  /** What may be called sent: it was consumed, or left while not all were to be delivered. */
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
  /** When pictures were taken since the pace was last changed, or set aside. */
  #beats: number[] = [];
  #lastTurn = Number.NEGATIVE_INFINITY;

  run(step: Step): void {
    switch (step.do) {
      case "offer":
        for (let count = 0; count < step.count; count++) this.offer();
        break;
      case "refuse": {
        const sample = this.#register();
        this.lane.refuse(sample, (outcome) => this.#onSettle(sample, outcome));
        assert.deepEqual(this.samples[sample]?.outcomes, [this.#takesNone ? "closed" : "failed"]);
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
    if (!this.#takesNone) {
      this.#newest = sample;
      if (this.#demand !== null && !isFull) this.#await(sample);
    }
    const isTaken = this.lane.offer(sample, (outcome) => this.#onSettle(sample, outcome));
    assert.equal(isTaken, this.#takesNone || !isFull);
    const { outcomes } = this.samples[sample] as Sample;
    if (this.#takesNone) assert.deepEqual(outcomes, ["closed"]);
    else if (isFull) assert.deepEqual(outcomes, ["failed"]);
    else assert.deepEqual(outcomes, this.#demand === null ? ["unwanted"] : []);
  }

  connect(): void {
    this.#isConnected = true;
    if (this.#underWay && !this.#isStale) {
      this.#isStale = true;
      this.#isConsumedUnderWay = this.#underWay.sequence <= this.#consumed;
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
      if (this.#rate !== before) this.#beats = this.#beats.slice(-1);
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
    const isComing = this.#underWay?.isKey && this.#underWay.sample === this.#newest;
    if (!isComing) this.#repeatNewest();
    this.lane.refresh();
  }

  take(): number | undefined {
    const isReady =
      this.#demand != null && !this.#underWay && this.#due.size > 0 && this.#sequence < this.#through;
    const { dueAt } = this.lane;
    assert.equal(dueAt !== undefined, isReady);
    const turn = this.lane.take(this.#now);
    assert.equal(turn !== undefined, isReady && (dueAt ?? Number.NaN) <= this.#now);
    if (!turn) {
      // Only a pace may hold up what is ready, and for no longer than its interval.
      if (isReady) {
        assert.ok(this.#beats.length > 0, "a picture that may go at once is held up");
        assert.ok((dueAt ?? Number.NaN) <= this.#lastTurn + this.#interval + 1e-6);
      }
      return undefined;
    }
    const sample = Math.min(...this.#due);
    this.#sequence++;
    assert.equal(turn.sample, sample);
    assert.equal(turn.sequence, this.#sequence);
    assert.equal(turn.keyFrame, this.#needsKey);
    if (!this.#isAll) assert.equal(sample, this.#newest);
    assert.ok(sample >= (this.delivered.at(-1) ?? 0), "out of order");
    if (this.delivered.includes(sample)) assert.ok(this.#mayRepeat.delete(sample), "twice");
    this.#onBeat();
    this.#needsKey = false;
    this.#due.delete(sample);
    this.delivered.push(sample);
    this.#underWay = { sample, sequence: this.#sequence, isKey: turn.keyFrame };
    this.#isStale = false;
    return sample;
  }

  finish(wish: "sent" | "failed" | "closed"): void {
    const attempt = this.#underWay;
    this.#underWay = undefined;
    if (!attempt) {
      this.lane.finish(wish);
      return;
    }
    const { sample, sequence } = attempt;
    const isConsumed = this.#isStale ? this.#isConsumedUnderWay : sequence <= this.#consumed;
    // What a receiver consumed has not failed.
    const outcome = isConsumed && wish === "failed" ? "sent" : wish;
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

  /** Waiting pictures may still be sent, at once; no more pictures are accepted. */
  seal(): void {
    this.#isSealed = true;
    this.#beats = [];
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

  /** Counters balance, and each sample is settled and released when nothing is to become of it any more, not earlier or later. */
  check(): void {
    const { captured, ...rest } = this.lane.counts;
    const settled = { pending: 0, sent: 0, replaced: 0, unwanted: 0, failed: 0, closed: 0 };
    for (const [sample, { outcomes, releases }] of this.samples.entries()) {
      assert.ok(outcomes.length <= 1, "settled twice");
      const outcome = outcomes[0] ?? "pending";
      settled[outcome]++;
      const isOnItsWay = this.#isOnItsWay(sample);
      if (outcome === "pending") assert.ok(isOnItsWay, "forgotten");
      if (outcome === "sent") assert.ok(this.#wasSent.has(sample), "not sent, or not consumed");
      assert.equal(releases, isOnItsWay || sample === this.#newest ? 0 : 1, "releases");
    }
    assert.equal(captured, this.samples.length);
    for (const key of outcomes) assert.equal(rest[key], settled[key], key);
    assert.equal(this.lane.credit, this.#through - this.#sequence);
    assert.equal(this.lane.consumed, Math.min(this.#consumed, this.#sequence));
    const isIdle = this.#due.size === 0 && !this.#underWay && this.#unconsumed.length === 0;
    assert.equal(this.lane.isIdle, isIdle, "idle");
  }

  /** Somebody is there who wants pictures, and takes all: the newest must come, unless it was tried and failed. */
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
    // Who wants all has told its source to slow down.
    const wasTooMuch = this.#isAll && this.samples[newest]?.outcomes[0] === "failed";
    const isKnown = this.#failedHere.has(newest) || wasTooMuch;
    assert.ok(this.delivered.includes(newest) || isKnown, "the newest never came");
    assert.equal(this.lane.counts.pending, 0);
  }

  #isOnItsWay(sample: number): boolean {
    return (
      this.#due.has(sample) ||
      this.#underWay?.sample === sample ||
      this.#unconsumed.some((attempt) => attempt.sample === sample)
    );
  }

  get #takesNone(): boolean {
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

  /** In any run of beats there are no more than the rate allows, and one that may have been late. */
  #onBeat(): void {
    for (const [index, beat] of this.#beats.entries()) {
      const intervals = this.#beats.length - index - 1;
      assert.ok(this.#now - beat >= intervals * this.#interval - 1e-6, "too many a second");
    }
    this.#beats.push(this.#now);
    this.#lastTurn = this.#now;
  }

  #await(...samples: readonly number[]): void {
    for (const sample of samples) this.#due.add(sample);
    if (!this.#isAll && this.#due.size > 1) this.#due = new Set([Math.max(...this.#due)]);
  }

  #repeatNewest(): void {
    this.#needsKey = true;
    this.#beats = [];
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
    assert.ok(!this.#isOnItsWay(sample), `${outcome}, and yet on its way`);
  }

  #onRelease(sample: number): void {
    const entry = this.samples[sample] as Sample;
    entry.releases++;
    assert.equal(entry.outcomes.length, 1, "released before it was settled");
    assert.notEqual(sample, this.#underWay?.sample);
  }
}
