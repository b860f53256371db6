import { describe, expect, it } from "vitest";
import { maxPendingBytes, maxPendingFrames, VideoLane } from "../../src/index.ts";
import { reconnect, recordedLane, wantedLane } from "./recorded-lane.ts";

const all = { delivery: "all" } as const;

const names = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);

describe('VideoLane with `delivery: "all"`', () => {
  it("sends each frame once and in order, as credit arrives", () => {
    const { lane, offer, send, outcomes } = wantedLane(2, all);
    offer("a", "b", "c", "d");
    expect(send()).toEqual(["a", "b"]);
    expect(outcomes).toEqual({});
    lane.acknowledge(3, 1);
    expect(send()).toEqual(["c"]);
    lane.acknowledge(9, 3);
    expect(send()).toEqual(["d"]);
    expect(send()).toEqual([]);
    expect(outcomes).toEqual({ a: ["sent"], b: ["sent"], c: ["sent"] });
  });

  it("settles and releases a frame when the receiver has consumed it", () => {
    const { lane, offer, send, outcomes, released } = wantedLane(9, all);
    offer("a", "b", "c");
    send();
    lane.acknowledge(9, 0);
    expect(outcomes).toEqual({});
    lane.acknowledge(9, 2);
    expect(outcomes).toEqual({ a: ["sent"], b: ["sent"] });
    expect(released).toEqual(["a", "b"]);
    lane.acknowledge(9, 3);
    expect(outcomes).toMatchObject({ c: ["sent"] });
    expect(released).toEqual(["a", "b"]);
  });

  it("settles a frame on finish() if the frame was already reported as consumed", () => {
    const { lane, offer, outcomes } = wantedLane(9, all);
    offer("a");
    lane.take(0);
    lane.acknowledge(9, 1);
    expect(outcomes).toEqual({});
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["sent"] });
  });

  it("does not send a consumed frame again, even if the connection was lost before finish()", () => {
    const { lane, offer, send, outcomes } = wantedLane(9, all);
    offer("a", "b", "c");
    lane.take(0);
    lane.acknowledge(9, 1);
    lane.finish("closed");
    expect(outcomes).toEqual({ a: ["sent"] });
    lane.take(0);
    lane.acknowledge(9, 2);
    reconnect(lane, 9, all);
    lane.finish("closed");
    expect(outcomes).toEqual({ a: ["sent"], b: ["sent"] });
    expect(send()).toEqual(["c"]);
  });

  it("ignores a consumed count that is lower than before", () => {
    const { lane, offer, send, outcomes } = wantedLane(9, all);
    offer("a", "b");
    send();
    lane.acknowledge(9, 2);
    lane.acknowledge(9, 1);
    expect(outcomes).toEqual({ a: ["sent"], b: ["sent"] });
    offer("c");
    lane.take(0);
    lane.acknowledge(9, 3);
    lane.acknowledge(0, 0);
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["sent"], b: ["sent"], c: ["sent"] });
  });

  it("drops only the failed frame, and the next frame reuses its sequence number", () => {
    const { lane, offer, outcomes } = wantedLane(9, all);
    offer("a", "b");
    lane.take(0);
    lane.finish("failed");
    expect(outcomes).toEqual({ a: ["failed"] });
    expect(lane.take(0)).toEqual({ sample: "b", sequence: 1, keyFrame: true });
  });

  it("ignores maxFps", () => {
    const { offer, send } = wantedLane(9, { ...all, maxFps: 1 });
    offer("a", "b", "c");
    expect(send(0)).toEqual(["a", "b", "c"]);
  });

  it('settles a frame "replaced" while 64 others are waiting, in flight or unconsumed', () => {
    const { lane, offer, send, outcomes, released } = wantedLane(2, all);
    offer("first", "second");
    expect(send()).toEqual(["first", "second"]);
    lane.acknowledge(3, 0);
    offer("in flight");
    lane.take(0);
    offer(...names(maxPendingFrames - 3));
    expect(outcomes).toEqual({});
    expect(lane.offer("above", () => {})).toBe(false);
    offer("also above");
    expect(outcomes).toEqual({ "also above": ["replaced"] });
    expect(released).toEqual(["above"]);
    expect(lane.counts).toMatchObject({ pending: maxPendingFrames, replaced: 2 });
    lane.acknowledge(3, 1);
    expect(lane.offer("again", () => {})).toBe(true);
    expect(lane.offer("above", () => {})).toBe(false);
  });

  it('settles a frame "replaced" while too many bytes are pending, and accepts a single frame of any size', () => {
    const bytes: Readonly<Record<string, number>> = { large: maxPendingBytes + 1, half: maxPendingBytes / 2 };
    const lane = new VideoLane<string>(
      () => {},
      (sample) => bytes[sample] ?? 1,
    );
    lane.connect();
    lane.setDemand(all);
    lane.acknowledge(1, 0);
    expect(lane.offer("large", () => {})).toBe(true);
    expect(lane.offer("small", () => {})).toBe(false);
    lane.take(0);
    lane.finish("sent");
    lane.acknowledge(9, 1);
    expect(["half", "half", "small"].map((sample) => lane.offer(sample, () => {}))).toEqual([
      true,
      true,
      false,
    ]);
    expect(lane.counts).toMatchObject({ sent: 1, replaced: 2, pending: 2 });
  });

  it('sends the newest frame after a reconnection or a change to `delivery: "latest"`, even if the frame was left out', () => {
    for (const reconnects of [true, false]) {
      const { lane, offer, send } = wantedLane(1, all);
      offer("first", ...names(maxPendingFrames), "newest");
      expect(send()).toEqual(["first"]);
      if (reconnects) reconnect(lane, 9, {});
      else {
        lane.setDemand({});
        lane.acknowledge(9, 1);
      }
      expect(send()).toEqual(["newest"]);
    }
  });

  it('settles a frame "replaced" if 64 others are pending and no receiver is connected', () => {
    const { lane, offer, send, outcomes } = wantedLane(0, all);
    lane.disconnect();
    offer(...names(maxPendingFrames), "above");
    expect(outcomes).toEqual({ above: ["replaced"] });
    reconnect(lane, 1000, all);
    expect(send()).toEqual([...names(maxPendingFrames), "above"]);
  });

  it('settles frames "unwanted" after a null demand, even if 64 others are pending', () => {
    const { lane, offer, send, outcomes } = wantedLane(1000, all);
    offer(...names(maxPendingFrames));
    send();
    lane.setDemand(null);
    expect(lane.offer("a", () => {})).toBe(true);
    offer("b");
    expect(outcomes).toEqual({ b: ["unwanted"] });
    lane.acknowledge(1000, maxPendingFrames);
    expect(lane.counts).toMatchObject({ sent: maxPendingFrames, unwanted: 2, pending: 0 });
  });

  it('settles unconsumed frames "closed" on close(), and releases each frame once', () => {
    const { lane, offer, outcomes, released } = wantedLane(2, all);
    offer("consumed", "sent", "in flight", "waiting");
    lane.take(0);
    lane.finish("sent");
    lane.take(0);
    lane.finish("sent");
    lane.acknowledge(3, 1);
    lane.take(0);
    lane.close();
    expect(outcomes).toEqual({
      consumed: ["sent"],
      sent: ["closed"],
      "in flight": ["closed"],
      waiting: ["closed"],
    });
    expect(released).toEqual(["consumed", "sent", "waiting"]);
    lane.finish("sent");
    expect(released).toEqual(["consumed", "sent", "waiting", "in flight"]);
  });
});

describe("VideoLane with unconsumed frames of the last connection", () => {
  it("sends unconsumed frames to the next receiver first, in order", () => {
    const { lane, offer, send, outcomes } = wantedLane(3, all);
    offer("a", "b", "c", "d");
    expect(send()).toEqual(["a", "b", "c"]);
    lane.acknowledge(3, 1);
    lane.disconnect();
    offer("e");
    reconnect(lane, 9, all);
    offer("f");
    expect(lane.take(0)).toEqual({ sample: "b", sequence: 1, keyFrame: true });
    lane.finish("sent");
    expect(send()).toEqual(["c", "d", "e", "f"]);
    expect(outcomes).toEqual({ a: ["sent"] });
    lane.acknowledge(9, 5);
    expect(lane.counts).toMatchObject({ captured: 6, sent: 6, pending: 0 });
  });

  it.each(["sent", "closed"] as const)(
    "keeps the order of frames if finish(%j) is called after a reconnection",
    (outcome) => {
      const { lane, offer, send, outcomes } = wantedLane(2, all);
      offer("a", "b", "c");
      lane.take(0);
      lane.finish("sent");
      expect(lane.take(0)).toMatchObject({ sample: "b" });
      reconnect(lane, 9, all);
      lane.finish(outcome);
      expect(send()).toEqual(["a", "b", "c"]);
      expect(outcomes).toEqual({});
    },
  );

  it('keeps the order of frames if finish("closed") is called before a reconnection', () => {
    const { lane, offer, send, outcomes } = wantedLane(9, all);
    offer("a", "b", "c");
    lane.take(0);
    lane.finish("sent");
    lane.take(0);
    lane.disconnect();
    lane.finish("closed");
    reconnect(lane, 9, all);
    expect(send()).toEqual(["a", "b", "c"]);
    expect(outcomes).toEqual({});
  });

  it("sends each frame once to the next receiver, even after a refresh", () => {
    const { lane, offer, send } = wantedLane(9, all);
    offer("a", "b");
    expect(send()).toEqual(["a", "b"]);
    lane.refresh();
    expect(send()).toEqual(["b"]);
    lane.refresh();
    reconnect(lane, 9, all);
    expect(send()).toEqual(["a", "b"]);
  });

  it('sends only the newest frame if the next receiver uses `delivery: "latest"`', () => {
    const { lane, offer, send, outcomes, released } = wantedLane(2, all);
    offer("a", "b");
    lane.take(0);
    lane.finish("sent");
    lane.take(0);
    reconnect(lane, 9);
    lane.finish("closed");
    expect(send()).toEqual(["b"]);
    expect(outcomes).toEqual({ a: ["replaced"], b: ["sent"] });
    expect(released).toEqual(["a"]);
  });

  it('settles unconsumed frames "unwanted" if the next receiver wants no video', () => {
    const { lane, offer, outcomes } = wantedLane(2, all);
    offer("a", "b", "c", "d");
    lane.take(0);
    lane.finish("sent");
    lane.take(0);
    reconnect(lane, 9, null);
    expect(outcomes).toEqual({ a: ["unwanted"], c: ["unwanted"], d: ["unwanted"] });
    lane.finish("closed");
    expect(outcomes).toMatchObject({ b: ["unwanted"] });
  });
});

describe('VideoLane.refresh() with `delivery: "all"`', () => {
  it("sends the newest frame again, and settles the frame when its first copy is consumed", () => {
    const { lane, offer, send, outcomes, released } = wantedLane(9, all);
    offer("a", "b");
    send();
    lane.refresh();
    expect(lane.take(0)).toEqual({ sample: "b", sequence: 3, keyFrame: true });
    lane.acknowledge(9, 2);
    expect(outcomes).toEqual({ a: ["sent"], b: ["sent"] });
    offer("c");
    expect(released).toEqual(["a"]);
    lane.finish("sent");
    expect(released).toEqual(["a"]);
    lane.acknowledge(9, 3);
    expect(released).toEqual(["a", "b"]);
  });

  it("settles the frame with the outcome of the first attempt if the second attempt fails", () => {
    const { lane, offer, send, outcomes } = wantedLane(9, all);
    offer("a");
    send();
    lane.refresh();
    lane.take(0);
    lane.finish("failed");
    expect(outcomes).toEqual({});
    lane.acknowledge(9, 1);
    expect(outcomes).toEqual({ a: ["sent"] });
  });

  it("does not resend the newest frame after a null demand", () => {
    const { lane, offer, send } = wantedLane(9, all);
    offer("a");
    send();
    lane.setDemand(null);
    lane.refresh();
    offer("b");
    lane.setDemand(all);
    expect(send()).toEqual(["b"]);
  });

  it("keeps all waiting frames", () => {
    const { lane, offer, send } = wantedLane(9, all);
    offer("a", "b");
    lane.refresh();
    expect(send()).toEqual(["a", "b"]);
  });
});

describe("VideoLane.setDemand() with another delivery", () => {
  it('after a change from "all" to "latest", settles sent frames and keeps only the newest waiting frame', () => {
    const { lane, offer, send, outcomes } = wantedLane(2, all);
    offer("a", "b", "c", "d", "e");
    send();
    lane.setDemand({ delivery: "latest" });
    expect(outcomes).toEqual({ a: ["sent"], b: ["sent"], c: ["replaced"], d: ["replaced"] });
    lane.acknowledge(9, 2);
    expect(send()).toEqual(["e"]);
    expect(outcomes).toMatchObject({ e: ["sent"] });
  });

  it('stops replacing frames after a change from "latest" to "all"', () => {
    const { lane, offer, send, outcomes } = wantedLane(1);
    offer("a", "b");
    expect(send()).toEqual(["b"]);
    offer("c", "d");
    lane.setDemand(all);
    offer("e", "f");
    lane.acknowledge(9, 1);
    expect(send()).toEqual(["d", "e", "f"]);
    lane.acknowledge(9, 4);
    expect(lane.counts).toMatchObject({ captured: 6, replaced: 2, sent: 4 });
    expect(outcomes).toMatchObject({ a: ["replaced"], c: ["replaced"] });
  });

  it('settles the frame in flight by the delivery at finish(): at once with "latest", after acknowledge() with "all"', () => {
    const { lane, offer, outcomes } = wantedLane(9, all);
    offer("a");
    lane.take(0);
    lane.setDemand({});
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["sent"] });
    offer("b");
    lane.take(0);
    lane.setDemand(all);
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["sent"] });
    lane.acknowledge(9, 2);
    expect(outcomes).toEqual({ a: ["sent"], b: ["sent"] });
  });

  it("keeps the delivery of the last demand until the next receiver sends a demand", () => {
    const { lane, offer, send, outcomes } = wantedLane(9, all);
    reconnect(lane, 9);
    lane.disconnect();
    offer("a", "b");
    expect(outcomes).toEqual({ a: ["replaced"] });
    reconnect(lane, 9, all);
    lane.disconnect();
    offer("c", "d");
    reconnect(lane, 9, all);
    expect(send()).toEqual(["b", "c", "d"]);
  });
});

describe("VideoLane before its first demand", () => {
  it("keeps only the newest frame", () => {
    const { lane, offer, send } = recordedLane();
    offer("a", "b");
    reconnect(lane, 9, all);
    expect(send()).toEqual(["b"]);
  });
});
