import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "vitest";
import { maxPendingFrames, type VideoDemand } from "../../src/index.ts";
import { Observer, type Step } from "./video-lane-observer.ts";

/** The share of the cases below that this run tries; see vitest.config.ts. */
const share = Number(process.env.FUZZ_SHARE ?? 1);

const demands: readonly (VideoDemand | null)[] = [
  null,
  {},
  { delivery: "latest", maxFps: 5 },
  { maxFps: 30 },
  { maxFps: 30, maxWidth: 100 },
  { delivery: "all" },
  { delivery: "all", maxFps: 5 },
];
const videoDemands = demands.filter((demand) => demand !== null);

const connects = (demand: VideoDemand | null): Step[] => [
  { do: "connect" },
  { do: "demand", demand },
  { do: "acknowledge", more: 4, consumed: 0 },
];
const isTaken: Step[] = [{ do: "offer", count: 1 }, { do: "take" }];
const isSent: Step[] = [...isTaken, { do: "finish", outcome: "sent" }];

/** Single steps, and short sequences that reach states which random single steps rarely reach. */
const steps: fc.Arbitrary<Step[]> = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom<Step[]>(isTaken, isSent) },
  { weight: 8, arbitrary: fc.constant<Step[]>([{ do: "take" }]) },
  {
    weight: 8,
    arbitrary: fc
      .constantFrom("sent" as const, "sent" as const, "failed" as const, "closed" as const)
      .map((outcome): Step[] => [{ do: "finish", outcome }]),
  },
  { weight: 4, arbitrary: fc.constantFrom(1, 1, 1, 5).map((count): Step[] => [{ do: "offer", count }]) },
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.integer({ min: -2, max: 5 }), fc.integer({ min: -1, max: 2 }))
      .map(([more, consumed]): Step[] => [{ do: "acknowledge", more, consumed }]),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(...demands).map((demand): Step[] => [{ do: "demand", demand }]),
  },
  { weight: 3, arbitrary: fc.constantFrom(...demands, ...videoDemands).map(connects) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(1, 16, 33, 150, 250).map((ms): Step[] => [{ do: "wait", ms }]),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Step[]>(
      [{ do: "refresh" }],
      [{ do: "refresh" }],
      [{ do: "disconnect" }],
      [{ do: "refuse" }],
    ),
  },
);
const schedule = fc.array(steps, { minLength: 20, maxLength: 60, size: "max" }).map((all) => all.flat());

/** In one run of ten, offers 70 frames, which is more than a lane holds. In the other runs, does nothing. */
const flood = fc.oneof(
  { weight: 9, arbitrary: fc.constant<Step[]>([]) },
  { weight: 1, arbitrary: fc.constant<Step[]>([{ do: "offer", count: 70 }]) },
);

const end = fc.record({
  demand: fc.constantFrom(...videoDemands),
  isSealed: fc.boolean(),
  isFinished: fc.boolean(),
  flood,
});

describe("VideoLane compared with a model", () => {
  it("agrees with the model after any sequence of steps", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...demands).map(connects),
        schedule,
        end,
        (first, steps, { demand, isSealed, isFinished, flood }) => {
          const observer = new Observer();
          for (const step of [...first, ...steps, ...flood]) observer.run(step);
          if (isSealed) observer.seal();
          observer.drain(demand);
          observer.offer();
          observer.take();
          observer.offer();
          if (isFinished) observer.finish("sent");
          observer.close();
          observer.finish("closed");
          for (const step of steps.slice(0, 10)) observer.run(step);
          observer.check();
          for (const { releases } of observer.samples) assert.equal(releases, 1);
        },
      ),
      { numRuns: 10_000 * share },
    );
  });

  /** The steps of a recorder: a receiver that demands every frame and never sends a refresh. */
  const recording: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.constant<Step>({ do: "offer", count: 1 }) },
    { weight: 5, arbitrary: fc.constant<Step>({ do: "take" }) },
    { weight: 5, arbitrary: fc.constant<Step>({ do: "finish", outcome: "sent" }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant("acknowledge" as const),
        more: fc.integer({ min: 0, max: 2 }),
        consumed: fc.integer({ min: 0, max: 2 }),
      }),
    },
  );

  /** Runs the steps, and skips each offer while the lane is full. */
  function record(observer: Observer, steps: readonly Step[]): void {
    for (const step of steps) {
      const isFull = observer.lane.counts.pending === maxPendingFrames;
      if (step.do !== "offer" || !isFull) observer.run(step);
    }
  }

  it("delivers every frame to a recorder, once and in order", () => {
    fc.assert(
      fc.property(fc.array(recording, { maxLength: 100, size: "max" }), (steps) => {
        const observer = new Observer();
        observer.connect();
        observer.setDemand({ delivery: "all" });
        record(observer, steps);
        observer.drain({ delivery: "all" });
        assert.deepEqual(observer.delivered, [...observer.samples.keys()]);
        assert.equal(observer.lane.counts.sent, observer.samples.length);
      }),
      { numRuns: 2000 * share },
    );
  });

  it("delivers every frame in order to recorders that reconnect, starting at the first unconsumed frame", () => {
    const session = fc.array(recording, { maxLength: 25, size: "max" });
    fc.assert(
      fc.property(fc.array(fc.record({ steps: session, isFinishedLate: fc.boolean() })), (sessions) => {
        const observer = new Observer();
        for (const { steps, isFinishedLate } of sessions) {
          if (!isFinishedLate) observer.finish("closed");
          observer.connect();
          observer.setDemand({ delivery: "all" });
          if (isFinishedLate) observer.finish("closed");
          const { sent: before } = observer.lane.counts;
          record(observer, steps);
          const consumed = observer.samples.flatMap(({ outcomes }, sample) =>
            outcomes.length > 0 ? [sample] : [],
          );
          // The consumed frames are always a prefix of all frames, so none was skipped.
          assert.deepEqual(consumed, [...consumed.keys()]);
          const [first] = observer.delivered;
          if (first !== undefined) assert.ok(first === before || first === before - 1);
          assert.deepEqual(
            observer.delivered,
            observer.delivered.map((_, index) => (first ?? 0) + index),
          );
        }
        observer.drain({ delivery: "all" });
        assert.equal(observer.lane.counts.sent, observer.samples.length);
      }),
      { numRuns: 2000 * share },
    );
  });
});
