import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type UploadOutcome, VideoLane } from "../src/index.ts";

const command = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ do: "offer" as const }) },
  { weight: 6, arbitrary: fc.constant({ do: "take" as const }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("finish" as const),
      outcome: fc.constantFrom<"sent" | "failed" | "closed">("sent", "failed", "closed"),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("credit" as const), more: fc.integer({ min: -2, max: 2 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("setDemand" as const), isWanted: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ do: "refresh" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "refuse" as const }) },
);

/** What any observer of the lane can know, kept beside it in the plainest way, and held against it after each command. */
class Observer {
  readonly outcomes: UploadOutcome[][] = [];
  readonly releases: number[] = [];
  readonly lane: VideoLane<number> = new VideoLane((sample) => this.#onRelease(sample));
  readonly #taken: number[] = [];
  #newest: number | undefined;
  #underWay: number | undefined;
  #isWanted: boolean | undefined;
  /** Samples that may be taken once more, by refresh or returning demand. */
  readonly #mayRepeat = new Set<number>();
  #granted = 0;
  #onWire = 0;
  #isClosed = false;

  run(step: typeof command extends fc.Arbitrary<infer C> ? C : never): void {
    switch (step.do) {
      case "offer":
        this.offer();
        break;
      case "refuse": {
        const sample = this.#register();
        this.lane.refuse(sample, (outcome) => this.outcomes[sample]?.push(outcome));
        expect(this.outcomes[sample]).toEqual(["failed"]);
        break;
      }
      case "take":
        this.take();
        break;
      case "finish":
        this.finish(step.outcome);
        break;
      case "credit":
        this.credit(this.#granted + step.more);
        break;
      case "setDemand":
        this.setDemand(step.isWanted);
        break;
      case "refresh":
        this.lane.refresh();
        if (this.#newest !== undefined && this.#newest !== this.#underWay) this.#mayRepeat.add(this.#newest);
        break;
    }
    this.check();
  }

  offer(): void {
    const sample = this.#register();
    this.#newest = sample;
    this.lane.offer(sample, (outcome) => this.outcomes[sample]?.push(outcome));
    if (this.#isWanted === false) expect(this.outcomes[sample]).toEqual(["unwanted"]);
  }

  take(): number | undefined {
    const turn = this.lane.take();
    const isNew = this.#newest !== undefined && !this.#taken.includes(this.#newest);
    const isDue = this.#newest !== undefined && (isNew || this.#mayRepeat.has(this.#newest));
    const isFree = this.#underWay === undefined && this.#isWanted === true && this.#onWire < this.#granted;
    expect(turn !== undefined).toBe(isDue && isFree);
    if (!turn) return undefined;
    expect(turn).toEqual({ sample: this.#newest, sequence: this.#onWire + 1 });
    expect(turn.sample).toBeGreaterThanOrEqual(this.#taken.at(-1) ?? 0);
    this.#mayRepeat.delete(turn.sample);
    this.#taken.push(turn.sample);
    this.#underWay = turn.sample;
    return turn.sample;
  }

  finish(outcome: "sent" | "failed" | "closed"): void {
    const sample = this.#underWay;
    this.#underWay = undefined;
    if (sample !== undefined && outcome === "sent") this.#onWire++;
    this.lane.finish(outcome);
    if (sample !== undefined) expect(this.outcomes[sample]).toHaveLength(1);
  }

  credit(through: number): void {
    this.lane.credit(through);
    this.#granted = Math.max(this.#granted, through);
  }

  setDemand(isWanted: boolean): void {
    this.lane.setDemand(isWanted);
    if (isWanted && this.#isWanted === false && this.#newest !== undefined) this.#mayRepeat.add(this.#newest);
    this.#isWanted = isWanted;
    if (!isWanted && this.#newest !== undefined && this.#newest !== this.#underWay) {
      expect(this.outcomes[this.#newest]).toHaveLength(1);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#newest = undefined;
    this.lane.close();
    for (const outcomes of this.outcomes) expect(outcomes).toHaveLength(1);
    this.check();
  }

  check(): void {
    const { captured, ...rest } = this.lane.counts;
    expect(captured).toBe(this.outcomes.length);
    expect(Object.values(rest).reduce((sum, count) => sum + count, 0)).toBe(captured);
    for (const outcomes of this.outcomes) expect(outcomes.length).toBeLessThanOrEqual(1);
    for (const [sample, times] of this.releases.entries()) {
      expect(times).toBeLessThanOrEqual(1);
      if (times === 1) expect(this.outcomes[sample]).toHaveLength(1);
    }
    const settled = this.outcomes.flat();
    for (const outcome of ["sent", "replaced", "unwanted", "failed", "closed"] as const) {
      expect(rest[outcome]).toBe(settled.filter((each) => each === outcome).length);
    }
  }

  /** With demand and credit, what was offered last is taken, unless it was. */
  expectDelivery(): void {
    this.finish("sent");
    this.setDemand(true);
    this.credit(this.#granted + 1);
    const wasTaken = this.#newest === undefined || this.#taken.includes(this.#newest);
    const sample = this.take();
    if (!wasTaken) expect(sample).toBe(this.#newest);
  }

  #register(): number {
    this.outcomes.push([]);
    this.releases.push(0);
    return this.outcomes.length - 1;
  }

  #onRelease(sample: number): void {
    this.releases[sample] = (this.releases[sample] ?? 0) + 1;
    expect(sample).not.toBe(this.#underWay);
    if (!this.#isClosed) expect(sample).not.toBe(this.#newest);
  }
}

describe("a VideoLane", () => {
  it("keeps all its promises, whatever happens in whichever order", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 80 }), fc.boolean(), (commands, isFinishedFirst) => {
        const observer = new Observer();
        for (const step of commands) observer.run(step);
        observer.expectDelivery();
        if (isFinishedFirst) observer.finish("sent");
        observer.close();
        observer.finish("closed");
        observer.offer();
        expect(observer.outcomes.at(-1)).toEqual(["closed"]);
        expect(observer.lane.take()).toBeUndefined();
        observer.check();
        for (const times of observer.releases) expect(times).toBe(1);
      }),
      { numRuns: 1000 },
    );
  });
});
