import { expect, test } from "vitest";
import { LineLadder, lossySteps, rawSteps, type SentFrame } from "../../src/video/line-ladder.ts";

function frame(ladder: LineLadder, sequence: number, bytes: number, sentAt: number): SentFrame {
  return { sequence, bytes, step: ladder.step, requestedAt: sentAt, sentAt };
}

/** A viewer whose line takes this many bytes per second, and whose frames have this size at the first step. */
class Line {
  now = 0;
  shown = 0;
  readonly ladder: LineLadder;
  bytesPerSecond: number;
  latency = 15;
  /** Time to make a frame smaller. */
  encodeTime = 0;
  readonly #frameBytes: number;

  constructor(bytesPerSecond: number, frameBytes: number, steps = lossySteps) {
    this.bytesPerSecond = bytesPerSecond;
    this.#frameBytes = frameBytes;
    this.ladder = new LineLadder(steps);
  }

  /** Sends one frame after the other for this many ms. Returns the frames a second. */
  run(time: number): number {
    const end = this.now + time;
    const before = this.shown;
    while (this.now < end) {
      const bytes = this.#frameBytes * this.ladder.step.bytes;
      const requestedAt = this.now;
      if (this.ladder.index > 0) this.now += this.encodeTime;
      this.ladder.sent({
        ...frame(this.ladder, ++this.shown, bytes, this.now),
        requestedAt,
      });
      const arrival = this.latency + (bytes * 1_000) / this.bytesPerSecond;
      this.now += arrival;
      this.ladder.acknowledged(this.shown, this.now);
      this.now += Math.max(0, 33 - arrival);
    }
    return ((this.shown - before) * 1_000) / time;
  }
}

test("keeps full frames on a line that takes them", () => {
  const line = new Line(10_000_000, 100_000);
  line.run(60_000);
  expect(line.ladder.index).toBe(0);
});

test("makes frames smaller after the first slow ones, until more than five a second arrive", () => {
  const line = new Line(100_000, 200_000);
  line.run(2_500);
  expect(line.ladder.index).toBe(6);
  expect(line.run(20_000)).toBeGreaterThan(5);
});

test("takes the first step only on a line that is slightly too slow", () => {
  const line = new Line(640_000, 100_000);
  line.run(5_000);
  expect(line.ladder.index).toBe(1);
});

test("makes frames larger again within ten seconds after the line has become faster", () => {
  const line = new Line(100_000, 200_000);
  line.run(5_000);
  line.bytesPerSecond = 10_000_000;
  line.run(10_000);
  expect(line.ladder.index).toBe(0);
});

test("waits longer and longer with larger frames that turn out to be too large", () => {
  const line = new Line(100_000, 200_000);
  let changes = 0;
  let before = 0;
  for (let second = 0; second < 300; second++) {
    // Every now and then the line looks better than it is.
    line.bytesPerSecond = second % 6 < 3 ? 100_000 : 1_000_000;
    line.run(1_000);
    if (line.ladder.index < before) changes++;
    before = line.ladder.index;
  }
  expect(changes).toBeLessThan(20);
});

test("returns to full frames if smaller ones do not help, and stays there for a minute", () => {
  const line = new Line(10_000_000, 100_000);
  line.latency = 250;
  line.run(10_000);
  expect(line.ladder.index).toBe(0);
  const before = line.now;
  while (line.ladder.index === 0 && line.now < 200_000) line.run(300);
  expect(line.now - before).toBeGreaterThan(50_000);
});

test("returns to full frames if the server takes too long to make them smaller", () => {
  const line = new Line(500_000, 100_000);
  line.encodeTime = 500;
  line.run(10_000);
  expect(line.ladder.index).toBe(0);
});

test("does not count time without a frame in flight", () => {
  const ladder = new LineLadder(lossySteps);
  for (let second = 0; second < 60; second++) {
    ladder.sent(frame(ladder, second + 1, 100_000, second * 1_000));
    ladder.acknowledged(second + 1, second * 1_000 + 50);
  }
  expect(ladder.index).toBe(0);
});

test("keeps full frames after one slow moment", () => {
  const line = new Line(10_000_000, 100_000);
  for (let second = 0; second < 20; second++) {
    line.latency = second % 5 === 0 ? 400 : 15;
    line.run(1_000);
  }
  expect(line.ladder.index).toBe(0);
});

test("does not measure a step by frames that were sent before it", () => {
  const ladder = new LineLadder(lossySteps);
  ladder.sent(frame(ladder, 1, 200_000, 0));
  ladder.sent(frame(ladder, 2, 200_000, 0));
  ladder.acknowledged(1, 2_000);
  expect(ladder.index).toBe(6);
  ladder.sent(frame(ladder, 3, 10_000, 2_000));
  ladder.acknowledged(2, 4_000);
  ladder.acknowledged(3, 4_100);
  expect(ladder.index).toBe(6);
});

test("forgets frames in flight at pause()", () => {
  const ladder = new LineLadder(lossySteps);
  ladder.sent(frame(ladder, 1, 100_000, 0));
  ladder.pause();
  ladder.acknowledged(1, 60_000);
  expect(ladder.index).toBe(0);
});

test("scales raw frames", () => {
  const line = new Line(10_000_000, 8_000_000, rawSteps);
  line.run(3_000);
  expect(line.ladder.step.scale).toBe(0.25);
});

test("stays at the first step after disable()", () => {
  const line = new Line(100_000, 200_000);
  line.run(3_000);
  line.ladder.disable();
  line.run(10_000);
  expect(line.ladder.index).toBe(0);
});
