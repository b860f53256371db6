import { expect, test } from "vitest";
import type { CaptureCounts } from "../src/capture-messages.ts";
import { FrameTotals } from "../src/frame-totals.ts";

const reported = (captured: number, sent: number, replaced: number, repeated = 0): CaptureCounts["video"] => {
  return { captured, sent, replaced, repeated };
};

const received = (frames: number, bytes = frames * 10) => ({ bytes, video: { received: frames } });

test("counts nothing before the first capture process", () => {
  expect(new FrameTotals().now).toEqual({ captured: 0, sent: 0, received: 0, replaced: 0, bytes: 0 });
});

test("returns the counts of a capture process that has reported its last frames", () => {
  const totals = new FrameTotals();
  totals.begin(() => ({ reported: reported(100, 90, 8), received: received(90) }));
  expect(totals.now).toEqual({ captured: 100, sent: 90, received: 90, replaced: 8, bytes: 900 });
});

test("counts a received frame as sent and captured if the process was killed before its report", () => {
  const totals = new FrameTotals();
  totals.begin(() => ({ reported: undefined, received: received(7) }));
  expect(totals.now).toMatchObject({ captured: 7, sent: 7, received: 7, replaced: 0 });
  totals.begin(() => ({ reported: reported(100, 90, 8), received: received(95) }));
  expect(totals.now).toMatchObject({ captured: 7 + 103, sent: 7 + 95, received: 7 + 95, replaced: 8 });
});

test("adds up the counts of capture processes, also while the next one has reported nothing", () => {
  const totals = new FrameTotals();
  let current = { reported: reported(100, 90, 8), received: received(90) };
  totals.begin(() => current);
  totals.begin(() => ({ reported: undefined, received: received(0) }));
  // The first process no longer counts, so a late change of its counts has no effect.
  current = { reported: reported(0, 0, 0), received: received(0) };
  expect(totals.now).toEqual({ captured: 100, sent: 90, received: 90, replaced: 8, bytes: 900 });
  totals.begin(() => ({ reported: reported(10, 9, 1), received: received(8) }));
  expect(totals.now).toEqual({ captured: 110, sent: 99, received: 98, replaced: 9, bytes: 980 });
});

test("counts a frame that is sent again once", () => {
  const totals = new FrameTotals();
  totals.begin(() => ({ reported: reported(1, 1, 0, 2), received: received(3) }));
  expect(totals.now).toMatchObject({ captured: 1, sent: 1, received: 1 });
});
