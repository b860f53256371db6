import { expect, test } from "vitest";
import { combineViewers, UpstreamDemand, type ViewersDemand } from "../../src/upstream/upstream-demand.ts";
import { FakeScheduler } from "../support/fake-scheduler.ts";

const auto = { type: "demand", encoding: "auto" } as const;
const jpeg = { type: "demand", encoding: "jpeg" } as const;
const raw = { type: "demand", encoding: "raw" } as const;
const delta = { type: "demand", encoding: "delta" } as const;

test("asks for the largest size and rate, and for no limit if one viewer has none", () => {
  const small = { ...auto, maxWidth: 640, maxFps: 5 };
  const fast = { ...auto, maxWidth: 320, maxFps: 30 };
  expect(combineViewers([small, fast])).toMatchObject({ maxWidth: 640, maxFps: 30 });
  expect(combineViewers([small, { ...auto, maxFps: 10 }])).toEqual({
    maxFps: 10,
    encodings: ["raw", "jpeg", "png", "webp"],
  });
  expect(combineViewers([])).toBeNull();
});

test("asks a raw source to compress, or a compressed one to decompress, only if all viewers want that", () => {
  const encodingsOf = (...demands: Parameters<typeof combineViewers>[0]) =>
    combineViewers(demands)?.encodings;
  const any = ["raw", "jpeg", "png", "webp"];
  expect(encodingsOf(auto)).toEqual(any);
  expect(encodingsOf(jpeg, jpeg)).toEqual(["jpeg"]);
  expect(encodingsOf(raw, delta)).toEqual(["raw"]);
  expect(encodingsOf(raw, jpeg)).toEqual(any);
  expect(encodingsOf(raw, auto)).toEqual(any);
});

function open() {
  const scheduler = new FakeScheduler();
  const applied: ViewersDemand[] = [];
  const demand = new UpstreamDemand(scheduler, (next) => applied.push(next));
  return { scheduler, demand, read: () => applied.splice(0) };
}

const none: ViewersDemand = { video: null, audio: null };
const large: ViewersDemand = { video: { maxWidth: 1280 }, audio: null };
const small: ViewersDemand = { video: { maxWidth: 640 }, audio: null };

test("passes on a larger demand at once, and a smaller one after a second", () => {
  const { scheduler, demand, read } = open();
  demand.set(none);
  demand.set(small);
  demand.set(large);
  expect(read()).toEqual([none, small, large]);
  demand.set(small);
  demand.set(none);
  scheduler.advance(999);
  expect(read()).toEqual([]);
  scheduler.advance(1);
  expect(read()).toEqual([none]);
});

test("passes on nothing if a viewer leaves and comes back within a second", () => {
  const { scheduler, demand, read } = open();
  demand.set(large);
  read();
  demand.set(none);
  scheduler.advance(500);
  demand.set({ video: { maxWidth: 1280 }, audio: null });
  scheduler.advance(5_000);
  expect(read()).toEqual([]);
});

test("turns audio on at once, and off after a second", () => {
  const { scheduler, demand, read } = open();
  demand.set(large);
  demand.set({ ...large, audio: {} });
  expect(read()).toEqual([large, { ...large, audio: {} }]);
  demand.set(large);
  expect(read()).toEqual([]);
  scheduler.advance(1_000);
  expect(read()).toEqual([large]);
});

test("renew() passes the newest demand on to a new receiver", () => {
  const { demand, read } = open();
  demand.set(large);
  demand.set(small);
  read();
  demand.renew();
  expect(read()).toEqual([small]);
});
