import type { Demand } from "@broadcast-ipc/protocol";
import { expect, test } from "vitest";
import { FakeScheduler } from "../../../../tests/support/fake-scheduler.ts";
import { SinkDemand } from "../../src/sink/sink-demand.ts";

function open() {
  const scheduler = new FakeScheduler();
  const applied: Demand[] = [];
  const demand = new SinkDemand(scheduler, (next) => applied.push(next));
  return { scheduler, demand, read: () => applied.splice(0) };
}

const none: Demand = { video: null, audio: null };
const large: Demand = { video: { maxWidth: 1280 }, audio: null };
const small: Demand = { video: { maxWidth: 640 }, audio: null };

test("applies a larger demand at once, and a smaller one after a second", () => {
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

test("applies nothing if the previous demand returns within a second of a smaller one", () => {
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

test("renew() applies the newest demand at once, for a new receiver", () => {
  const { demand, read } = open();
  demand.set(large);
  demand.set(small);
  read();
  demand.renew();
  expect(read()).toEqual([small]);
});
