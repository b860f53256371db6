import { describe, expect, it } from "vitest";
import { type VideoDemand, VideoLane } from "../../src/index.ts";
import { reconnect, recordedLane, wantedLane } from "./recorded-lane.ts";

interface Sent {
  readonly at: number;
  readonly sample: number;
}

/** A source under a fake clock, and a sender with a timer for {@link VideoLane.dueAt}. */
class Studio {
  readonly sent: Sent[] = [];
  readonly lane: VideoLane<number> = new VideoLane(() => {});
  #now = 0;
  #captured = 0;

  constructor(demand: VideoDemand) {
    this.lane.connect();
    this.lane.setDemand(demand);
    this.lane.acknowledge(Number.MAX_SAFE_INTEGER, 0);
  }

  /** Captures evenly; each sample is the number of the one that was captured last. */
  run(duration: number, captureFps: number, isTimed = true): Sent[] {
    const before = this.sent.length;
    const end = this.#now + duration;
    const start = this.#now;
    let captured = 0;
    for (; this.#now < end; this.#now++) {
      const isCaptured = this.#now - start >= (captured * 1000) / captureFps;
      if (isCaptured) {
        captured++;
        this.lane.offer(++this.#captured, () => {});
      }
      if (isCaptured || isTimed) this.send();
    }
    return this.sent.slice(before);
  }

  send(): void {
    const dueAt = this.lane.dueAt;
    const turn = this.lane.take(this.#now);
    expect(turn !== undefined).toBe(dueAt !== undefined && dueAt <= this.#now);
    if (!turn) return;
    expect(turn.sample).toBe(this.#captured);
    this.sent.push({ at: this.#now, sample: turn.sample });
    this.lane.finish("sent");
  }
}

/** The interval of a `maxFps`, in ms: 1 % shorter, so that a source of just that rate is not held up. */
const intervalOf = (maxFps: number) => 1000 / (1.01 * maxFps);

const gaps = (sent: readonly Sent[]) =>
  sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? Number.NaN));

/** How long each picture of a source waits until it goes, which is before the next one is captured. */
function waits(demand: VideoDemand, capturedAt: readonly number[]): number[] {
  const { lane } = wantedLane(Number.MAX_SAFE_INTEGER, demand);
  return capturedAt.map((at, index) => {
    lane.offer(String(index), () => {});
    const dueAt = Math.max(at, lane.dueAt ?? at);
    lane.take(dueAt);
    lane.finish("sent");
    return dueAt - at;
  });
}

describe("maxFps", () => {
  it("holds up no source whose rate is a hair above it", () => {
    const capturedAt = Array.from({ length: 1000 }, (_, index) => (index * 1000) / 30.1);
    expect(Math.max(...waits({ maxFps: 30 }, capturedAt))).toBeLessThan(1);
  });

  it("soon holds up no source of just its rate any more that was late once", () => {
    const capturedAt = Array.from({ length: 300 }, (_, index) => (index * 1000) / 30);
    capturedAt[0] = 30;
    const waited = waits({ maxFps: 30 }, capturedAt);
    expect(Math.max(...waited)).toBeGreaterThan(25);
    expect(Math.max(...waited.slice(100))).toBe(0);
  });

  it("takes 5 a second of a source with 60, evenly spaced, each the newest at its time", () => {
    const studio = new Studio({ maxFps: 5 });
    const { length } = studio.run(10_000, 60);
    expect(length / 10).toBeGreaterThanOrEqual(4.5);
    expect(length / 10).toBeLessThanOrEqual(5.5);
    expect(new Set(gaps(studio.sent))).toEqual(new Set([198, 199]));
  });

  it("keeps the rate also where pictures leave only when one is captured", () => {
    const studio = new Studio({ maxFps: 25 });
    expect(Math.abs(studio.run(10_000, 60, false).length - 10_000 / intervalOf(25))).toBeLessThanOrEqual(1);
    for (const gap of gaps(studio.sent))
      expect(Math.abs(gap - intervalOf(25))).toBeLessThanOrEqual(1000 / 60);
  });

  it("takes all of a source that is slower", () => {
    const studio = new Studio({ maxFps: 60 });
    expect(studio.run(2000, 10)).toHaveLength(20);
  });

  it("delivers the last picture also where nothing moves afterwards", () => {
    const studio = new Studio({ maxFps: 2 });
    studio.run(250, 60);
    expect(studio.sent).toEqual([{ at: 0, sample: 1 }]);
    expect(studio.lane.dueAt).toBe(intervalOf(2));
    studio.run(400, 0.001);
    expect(studio.sent.at(-1)).toMatchObject({ at: Math.ceil(intervalOf(2)), sample: 16 });
  });

  it("may change at any time, and go", () => {
    const studio = new Studio({ maxFps: 1 });
    expect(studio.run(1500, 60)).toHaveLength(2);
    studio.lane.setDemand({ maxFps: 10 });
    for (const gap of gaps(studio.run(1000, 60))) expect(Math.abs(gap - intervalOf(10))).toBeLessThan(1);
    studio.lane.setDemand({ maxFps: 5 });
    for (const gap of gaps(studio.run(1000, 60))) expect(Math.abs(gap - intervalOf(5))).toBeLessThan(1);
    studio.lane.setDemand({});
    expect(studio.run(1000, 60)).toHaveLength(60);
  });

  it("goes with delivery all, and is kept when the newest alone is wanted again", () => {
    const studio = new Studio({ maxFps: 5 });
    studio.run(1000, 60);
    studio.lane.setDemand({ maxFps: 5, delivery: "all" });
    studio.send();
    expect(studio.run(1000, 60)).toHaveLength(60);
    studio.lane.setDemand({ maxFps: 5 });
    for (const gap of gaps(studio.run(1000, 60))) expect(Math.abs(gap - intervalOf(5))).toBeLessThan(1);
  });

  it("does not hold up a refresh, and counts from there", () => {
    const studio = new Studio({ maxFps: 1 });
    studio.run(300, 60);
    studio.lane.refresh();
    expect(studio.run(1500, 60).map(({ at }) => at)).toEqual([300, 300 + Math.ceil(intervalOf(1))]);
  });

  it("does not hold up the first picture of a receiver that comes back, whatever its own rate is", () => {
    const { lane, offer, send } = wantedLane(9);
    offer("a");
    expect(send(1000)).toEqual(["a"]);
    reconnect(lane, 9, { maxFps: 1 });
    expect(send(1001)).toEqual(["a"]);
    offer("b");
    expect(lane.dueAt).toBe(1001 + intervalOf(1));
    expect(send(1991)).toEqual([]);
    expect(send(1992)).toEqual(["b"]);
  });

  it("does not hold up the newest picture when pictures are wanted again", () => {
    const { lane, offer, send } = wantedLane(9, { maxFps: 1 });
    offer("a");
    expect(send(0)).toEqual(["a"]);
    lane.setDemand(null);
    lane.setDemand({ maxFps: 2 });
    expect(send(10)).toEqual(["a"]);
    offer("b");
    expect(lane.dueAt).toBe(10 + intervalOf(2));
  });
});

describe("dueAt", () => {
  it("is known only where nothing but time is missing", () => {
    const { lane, offer } = wantedLane(1, { maxFps: 10 });
    expect(lane.dueAt).toBeUndefined();
    offer("a");
    expect(lane.dueAt).toBe(Number.NEGATIVE_INFINITY);
    lane.take(50);
    offer("b");
    expect(lane.dueAt).toBeUndefined();
    lane.finish("sent");
    expect(lane.dueAt).toBeUndefined();
    lane.acknowledge(2, 1);
    expect(lane.dueAt).toBe(50 + intervalOf(10));
    expect(lane.take(149)).toBeUndefined();
    lane.setDemand(null);
    expect(lane.dueAt).toBeUndefined();
  });
});

describe("a sealed lane", () => {
  it("sends waiting pictures at once, whatever the demand's rate", () => {
    const { lane, offer, send, outcomes } = wantedLane(9, { maxFps: 0.1 });
    offer("A");
    expect(send(0)).toEqual(["A"]);
    offer("B");
    expect(send(1)).toEqual([]);
    lane.seal();
    offer("C");
    expect(outcomes.C).toEqual(["closed"]);
    expect(lane.isIdle).toBe(false);
    expect(send(1)).toEqual(["B"]);
    expect(lane.isIdle).toBe(true);
  });

  it("sends waiting pictures at once to a receiver that states its rate after sealing", () => {
    const { lane, offer, send } = recordedLane();
    lane.connect();
    offer("A");
    lane.seal();
    lane.setDemand({ maxFps: 0.1 });
    lane.acknowledge(1, 0);
    expect(send(0)).toEqual(["A"]);
  });
});

describe("the count of consumed pictures", () => {
  it("never exceeds the number sent, whatever the receiver reports", () => {
    const { lane, offer, send } = wantedLane(9);
    lane.acknowledge(9, 1000);
    expect(lane.consumed).toBe(0);
    offer("A");
    send();
    expect(lane.consumed).toBe(1);
    lane.connect();
    expect(lane.consumed).toBe(0);
  });
});
