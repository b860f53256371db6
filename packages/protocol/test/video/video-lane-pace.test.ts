import { describe, expect, it } from "vitest";
import { type VideoDemand, VideoLane } from "../../src/index.ts";
import { reconnect, recordedLane, wantedLane } from "./recorded-lane.ts";

interface Sent {
  readonly at: number;
  readonly sample: number;
}

/** A capture source with a fake clock, and a sender that wakes up at {@link VideoLane.dueAt}. */
class PacedSource {
  readonly sent: Sent[] = [];
  readonly lane: VideoLane<number> = new VideoLane(() => {});
  #now = 0;
  #captured = 0;

  constructor(demand: VideoDemand) {
    this.lane.connect();
    this.lane.setDemand(demand);
    this.lane.acknowledge(Number.MAX_SAFE_INTEGER, 0);
  }

  /** Captures frames at a constant rate. Each sample is the number of frames captured so far. Without `isTimed`, the sender does not wake up between captures. */
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
    const scheduled = this.lane.take(this.#now);
    expect(scheduled !== undefined).toBe(dueAt !== undefined && dueAt <= this.#now);
    if (!scheduled) return;
    expect(scheduled.sample).toBe(this.#captured);
    this.sent.push({ at: this.#now, sample: scheduled.sample });
    this.lane.finish("sent");
  }
}

/** The target interval between frames, in ms. The limit is raised by 1 %, so a source at exactly maxFps is not delayed. */
const intervalOf = (maxFps: number) => 1000 / (1.01 * maxFps);

const gaps = (sent: readonly Sent[]) =>
  sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? Number.NaN));

/** Returns how long maxFps delays each frame, in ms. Each frame is sent before the next one is captured. */
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

describe("VideoLane with maxFps", () => {
  it("does not delay a source whose rate is slightly above maxFps", () => {
    const capturedAt = Array.from({ length: 1000 }, (_, index) => (index * 1000) / 30.1);
    expect(Math.max(...waits({ maxFps: 30 }, capturedAt))).toBeLessThan(1);
  });

  it("stops delaying a source at exactly maxFps soon after one late frame", () => {
    const capturedAt = Array.from({ length: 300 }, (_, index) => (index * 1000) / 30);
    capturedAt[0] = 30;
    const waited = waits({ maxFps: 30 }, capturedAt);
    expect(Math.max(...waited)).toBeGreaterThan(25);
    expect(Math.max(...waited.slice(100))).toBe(0);
  });

  it("sends the newest frame at even intervals of maxFps", () => {
    const source = new PacedSource({ maxFps: 5 });
    const { length } = source.run(10_000, 60);
    expect(length / 10).toBeGreaterThanOrEqual(4.5);
    expect(length / 10).toBeLessThanOrEqual(5.5);
    expect(new Set(gaps(source.sent))).toEqual(new Set([198, 199]));
  });

  it("keeps the average rate if the sender does not wake up between captures", () => {
    const source = new PacedSource({ maxFps: 25 });
    expect(Math.abs(source.run(10_000, 60, false).length - 10_000 / intervalOf(25))).toBeLessThanOrEqual(1);
    for (const gap of gaps(source.sent))
      expect(Math.abs(gap - intervalOf(25))).toBeLessThanOrEqual(1000 / 60);
  });

  it("sends every frame of a source that is slower than maxFps", () => {
    const source = new PacedSource({ maxFps: 60 });
    expect(source.run(2000, 10)).toHaveLength(20);
  });

  it("sends the last captured frame when the interval ends, even if no newer frame is captured", () => {
    const source = new PacedSource({ maxFps: 2 });
    source.run(250, 60);
    expect(source.sent).toEqual([{ at: 0, sample: 1 }]);
    expect(source.lane.dueAt).toBe(intervalOf(2));
    source.run(400, 0.001);
    expect(source.sent.at(-1)).toMatchObject({ at: Math.ceil(intervalOf(2)), sample: 16 });
  });

  it("applies a changed or removed maxFps at once", () => {
    const source = new PacedSource({ maxFps: 1 });
    expect(source.run(1500, 60)).toHaveLength(2);
    source.lane.setDemand({ maxFps: 10 });
    for (const gap of gaps(source.run(1000, 60))) expect(Math.abs(gap - intervalOf(10))).toBeLessThan(1);
    source.lane.setDemand({ maxFps: 5 });
    for (const gap of gaps(source.run(1000, 60))) expect(Math.abs(gap - intervalOf(5))).toBeLessThan(1);
    source.lane.setDemand({});
    expect(source.run(1000, 60)).toHaveLength(60);
  });

  it('ignores maxFps with `delivery: "all"`, and applies maxFps again with "latest"', () => {
    const source = new PacedSource({ maxFps: 5 });
    source.run(1000, 60);
    source.lane.setDemand({ maxFps: 5, delivery: "all" });
    source.send();
    expect(source.run(1000, 60)).toHaveLength(60);
    source.lane.setDemand({ maxFps: 5 });
    for (const gap of gaps(source.run(1000, 60))) expect(Math.abs(gap - intervalOf(5))).toBeLessThan(1);
  });

  it("does not delay a refresh, and measures the next interval from the refresh", () => {
    const source = new PacedSource({ maxFps: 1 });
    source.run(300, 60);
    source.lane.refresh();
    expect(source.run(1500, 60).map(({ at }) => at)).toEqual([300, 300 + Math.ceil(intervalOf(1))]);
  });

  it("does not delay the first frame of a connection", () => {
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

  it("does not delay the newest frame when video is wanted again", () => {
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

describe("VideoLane.dueAt", () => {
  it("returns a time only while a frame can be sent now or is delayed only by maxFps", () => {
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

describe("VideoLane.seal()", () => {
  it("lets waiting frames be sent at once, regardless of maxFps", () => {
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

  it("lets waiting frames be sent at once, even if maxFps is set afterwards", () => {
    const { lane, offer, send } = recordedLane();
    lane.connect();
    offer("A");
    lane.seal();
    lane.setDemand({ maxFps: 0.1 });
    lane.acknowledge(1, 0);
    expect(send(0)).toEqual(["A"]);
  });
});

describe("VideoLane.consumed", () => {
  it("never exceeds the number of sent frames", () => {
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
