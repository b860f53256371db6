import { expect, test } from "vitest";
import { RestartPolicy } from "../src/restart-policy.ts";

/** Returns a policy whose intervals have their upper bounds. */
const policyAt = (now: number) => new RestartPolicy(now, () => 1);

test("doubles the interval between starts up to 5 s if no capture process can be started", () => {
  const policy = policyAt(0);
  let now = 0;
  const pauses = Array.from({ length: 7 }, () => {
    policy.noteStart(now);
    const pause = policy.noteEnd(now) ?? Number.NaN;
    now += pause;
    return pause;
  });
  expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
});

test("draws each interval from the upper half of its range", () => {
  const policy = new RestartPolicy(0, () => 0);
  expect([policy.noteEnd(0), policy.noteEnd(0), policy.noteEnd(0)]).toEqual([125, 250, 500]);
});

test("counts the run of a capture process as part of the interval", () => {
  const policy = policyAt(0);
  policy.noteFirstFrame(100);
  expect(policy.noteEnd(200)).toBe(50);
  policy.noteStart(250);
  policy.noteFirstFrame(300);
  expect(policy.noteEnd(1000)).toBe(0);
});

test("starts again with the shortest interval after a capture process that has delivered frames for 10 s", () => {
  const policy = policyAt(0);
  for (let ends = 0; ends < 6; ends++) policy.noteEnd(0);
  policy.noteFirstFrame(1000);
  policy.noteStart(10_999);
  expect(policy.noteEnd(10_999)).toBe(5000);
  policy.noteFirstFrame(12_000);
  expect(policy.noteEnd(22_000)).toBe(0);
  policy.noteStart(22_000);
  expect(policy.noteEnd(22_000)).toBe(500);
});

test("gives up after 60 s without a frame", () => {
  const policy = policyAt(1000);
  expect(policy.timeLeft(2000)).toBe(59_000);
  expect(policy.noteEnd(60_000)).toBe(0);
  policy.noteStart(60_600);
  expect(policy.noteEnd(60_600)).toBeUndefined();
});

test("counts the 60 s from the end of the last capture process that has delivered a frame", () => {
  const policy = policyAt(0);
  policy.noteFirstFrame(1000);
  expect(policy.timeLeft(3_600_000)).toBe(60_000);
  expect(policy.noteEnd(3_600_000)).toBe(0);
  expect(policy.noteEnd(3_659_999)).toBe(0);
  expect(policy.noteEnd(3_660_000)).toBeUndefined();
});
