import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "vitest";
import type { VideoDemand } from "../src/index.ts";
import { Observer, type Step } from "./video-lane-observer.ts";

const demands: readonly (VideoDemand | null)[] = [
  null,
  {},
  { delivery: "latest", maxFps: 5 },
  { maxFps: 30 },
  { delivery: "all" },
  { delivery: "all", maxFps: 5 },
];
const wishes = demands.filter((demand) => demand !== null);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Step>({ do: "offer", count: 1 }) },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ do: "offer", count: 5 }, { do: "offer", count: 70 }) },
  { weight: 12, arbitrary: fc.constant<Step>({ do: "take" }) },
  { weight: 7, arbitrary: fc.constant<Step>({ do: "finish", outcome: "sent" }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Step>(
      { do: "finish", outcome: "failed" },
      { do: "finish", outcome: "closed" },
    ),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("acknowledge" as const),
      more: fc.integer({ min: -2, max: 4 }),
      consumed: fc.integer({ min: -1, max: 3 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant("demand" as const), demand: fc.constantFrom(...demands) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1, 16, 33, 150, 250) }),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ do: "refresh" }) },
  { weight: 2, arbitrary: fc.constantFrom<Step>({ do: "connect" }, { do: "disconnect" }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "refuse" }) },
);

const end = fc.record({ demand: fc.constantFrom(...wishes), isFinished: fc.boolean() });

/** Credit and demand from the start, so that not every schedule has to find them first. */
const beginning = fc.constantFrom<Step[]>(
  [],
  [{ do: "connect" }],
  ...wishes.map((demand): Step[] => [
    { do: "connect" },
    { do: "demand", demand },
    { do: "acknowledge", more: 3, consumed: 0 },
  ]),
);

describe("a VideoLane", () => {
  it("keeps all its promises, whatever happens in whichever order", () => {
    fc.assert(
      fc.property(
        beginning,
        fc.array(step, { maxLength: 60 }),
        end,
        (first, steps, { demand, isFinished }) => {
          const observer = new Observer();
          for (const step of [...first, ...steps]) observer.run(step);
          observer.drain(demand);
          observer.offer();
          observer.take();
          if (isFinished) observer.finish("sent");
          observer.close();
          observer.finish("closed");
          for (const step of steps.slice(0, 10)) observer.run(step);
          observer.check();
          for (const { releases } of observer.samples) assert.equal(releases, 1);
        },
      ),
      { numRuns: 10_000 },
    );
  });

  /** What a recorder does: all is wanted from the start, and it never asks for anything again. */
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

  it("delivers all to a recorder, each once and in order", () => {
    fc.assert(
      fc.property(fc.array(recording, { maxLength: 100 }), (steps) => {
        const observer = new Observer();
        observer.connect();
        observer.setDemand({ delivery: "all" });
        for (const step of steps) observer.run(step);
        observer.drain({ delivery: "all" });
        assert.deepEqual(observer.delivered, [...observer.samples.keys()]);
        assert.equal(observer.lane.counts.sent, observer.samples.length);
      }),
      { numRuns: 2000 },
    );
  });

  it("delivers all to recorders that come and go, in order, and from what none has consumed on", () => {
    const session = fc.array(recording, { maxLength: 25 });
    fc.assert(
      fc.property(fc.array(fc.record({ steps: session, isToldLate: fc.boolean() })), (sessions) => {
        const observer = new Observer();
        for (const { steps, isToldLate } of sessions) {
          if (!isToldLate) observer.finish("closed");
          observer.connect();
          observer.setDemand({ delivery: "all" });
          if (isToldLate) observer.finish("closed");
          const { sent: before } = observer.lane.counts;
          for (const step of steps) observer.run(step);
          const consumed = observer.samples.flatMap(({ outcomes }, sample) =>
            outcomes.length > 0 ? [sample] : [],
          );
          // What is consumed is always a beginning of all, so nothing was skipped.
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
      { numRuns: 2000 },
    );
  });
});
