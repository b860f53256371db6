import { expect, test } from "vitest";
import { FrameAges } from "../src/frame-ages.ts";

function sameClock(): FrameAges {
  return Object.assign(new FrameAges(), { isSameClock: true });
}

test("counts a frame from its timestamp", () => {
  const ages = sameClock();
  expect(ages.summary).toBeUndefined();
  ages.setWanted(true, 1_000);
  ages.record(5_000_000, 5_003_000);
  expect(ages.summary?.max).toBeCloseTo(3, 1);
});

test("does not count a frame that is sent again, however old it is", () => {
  const ages = sameClock();
  ages.setWanted(true, 0);
  ages.record(1_000, 2_000);
  ages.setWanted(false, 3_000);
  ages.setWanted(true, 40_000_000);
  ages.record(1_000, 40_001_000);
  expect(ages.summary?.max).toBeCloseTo(1, 1);
});

test("counts a frame that was captured before video was wanted from that time", () => {
  const ages = sameClock();
  ages.setWanted(true, 0);
  ages.setWanted(false, 1_000);
  ages.setWanted(true, 40_000_000);
  // A later demand that also wants video changes nothing.
  ages.setWanted(true, 40_001_000);
  ages.record(2_000, 40_002_000);
  expect(ages.summary?.max).toBeCloseTo(2, 1);
});

test("counts no frame of another clock", () => {
  const ages = new FrameAges();
  ages.setWanted(true, 0);
  ages.record(1_000, 2_000);
  expect(ages.summary).toBeUndefined();
});
