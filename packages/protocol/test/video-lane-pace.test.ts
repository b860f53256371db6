import { describe, expect, it } from "vitest";
import { type VideoDemand, VideoLane } from "../src/index.ts";
import { reconnect, wantedLane } from "./recorded-lane.ts";

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

const gaps = (sent: readonly Sent[]) =>
  sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? Number.NaN));

describe("maxFps", () => {
  it("takes 5 a second of a source with 60, evenly spaced, each the newest at its time", () => {
    const studio = new Studio({ maxFps: 5 });
    for (let second = 0; second < 10; second++) {
      const { length } = studio.run(1000, 60);
      expect(length).toBeGreaterThanOrEqual(4.5);
      expect(length).toBeLessThanOrEqual(5.5);
    }
    expect(new Set(gaps(studio.sent))).toEqual(new Set([200]));
  });

  it("keeps the rate also where pictures leave only when one is captured", () => {
    const studio = new Studio({ maxFps: 25 });
    expect(Math.abs(studio.run(10_000, 60, false).length - 250)).toBeLessThanOrEqual(1);
    for (const gap of gaps(studio.sent)) expect(Math.abs(gap - 40)).toBeLessThanOrEqual(1000 / 60);
  });

  it("takes all of a source that is slower", () => {
    const studio = new Studio({ maxFps: 60 });
    expect(studio.run(2000, 10)).toHaveLength(20);
  });

  it("delivers the last picture also where nothing moves afterwards", () => {
    const studio = new Studio({ maxFps: 2 });
    studio.run(250, 60);
    expect(studio.sent).toEqual([{ at: 0, sample: 1 }]);
    expect(studio.lane.dueAt).toBe(500);
    studio.run(400, 0.001);
    expect(studio.sent.at(-1)).toMatchObject({ at: 500, sample: 16 });
  });

  it("may change at any time, and go", () => {
    const studio = new Studio({ maxFps: 1 });
    expect(studio.run(1500, 60)).toHaveLength(2);
    studio.lane.setDemand({ maxFps: 10 });
    expect(gaps(studio.run(1000, 60)).every((gap) => gap === 100)).toBe(true);
    studio.lane.setDemand({ maxFps: 5 });
    const slower = studio.run(1000, 60);
    expect(slower).toHaveLength(5);
    expect(gaps(slower).every((gap) => gap === 200)).toBe(true);
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
    expect(studio.run(1000, 60)).toHaveLength(5);
  });

  it("does not hold up a refresh, and counts from there", () => {
    const studio = new Studio({ maxFps: 1 });
    studio.run(300, 60);
    studio.lane.refresh();
    expect(studio.run(1500, 60).map(({ at }) => at)).toEqual([300, 1300]);
  });

  it("does not hold up the first picture of a receiver that comes back, whatever its own rate is", () => {
    const { lane, offer, send } = wantedLane(9);
    offer("a");
    expect(send(1000)).toEqual(["a"]);
    reconnect(lane, 9, { maxFps: 1 });
    expect(send(1001)).toEqual(["a"]);
    offer("b");
    expect(send(2000)).toEqual([]);
    expect(lane.dueAt).toBe(2001);
    expect(send(2001)).toEqual(["b"]);
  });

  it("does not hold up the newest picture when pictures are wanted again", () => {
    const { lane, offer, send } = wantedLane(9, { maxFps: 1 });
    offer("a");
    expect(send(0)).toEqual(["a"]);
    lane.setDemand(null);
    lane.setDemand({ maxFps: 2 });
    expect(send(10)).toEqual(["a"]);
    offer("b");
    expect(lane.dueAt).toBe(510);
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
    expect(lane.dueAt).toBe(150);
    expect(lane.take(149)).toBeUndefined();
    lane.setDemand(null);
    expect(lane.dueAt).toBeUndefined();
  });
});
