import { describe, expect, it } from "vitest";
import { reconnect, recordedLane, wantedLane } from "./recorded-lane.ts";

describe("a receiver that comes late", () => {
  it("gets the newest picture of those that were captured before, at once", () => {
    const { lane, offer, outcomes } = recordedLane();
    offer("a", "b");
    reconnect(lane, 1);
    expect(lane.take(0)).toEqual({ sample: "b", sequence: 1, keyFrame: true });
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["replaced"], b: ["sent"] });
  });

  it("gets a picture that nobody wanted before", () => {
    const { lane, offer, send, outcomes } = wantedLane(1);
    lane.setDemand(null);
    offer("a");
    reconnect(lane, 1);
    expect(send()).toEqual(["a"]);
    expect(outcomes).toEqual({ a: ["unwanted"] });
  });

  it("gets nothing where there was nothing, and nothing that a close has settled", () => {
    const { lane, offer, send } = recordedLane();
    reconnect(lane, 1);
    expect(send()).toEqual([]);
    offer("a");
    lane.close();
    reconnect(lane, 1);
    expect(send()).toEqual([]);
  });

  it("gets nothing before it has said what it wants, and given credit", () => {
    const { lane, offer, send } = wantedLane(5);
    offer("a");
    expect(send()).toEqual(["a"]);
    lane.connect();
    expect(lane.credit).toBe(0);
    lane.acknowledge(1, 0);
    expect(send()).toEqual([]);
    lane.setDemand({});
    expect(send()).toEqual(["a"]);
  });

  it("makes unwanted what waits where it wants no pictures", () => {
    const { lane, offer, outcomes } = recordedLane();
    offer("a");
    reconnect(lane, 5, null);
    expect(outcomes).toEqual({ a: ["unwanted"] });
  });
});

describe("a receiver that comes back", () => {
  it("gets the newest picture again, under the first number, settled only once", () => {
    const { lane, offer, send, outcomes, released } = wantedLane(5);
    offer("a");
    expect(send()).toEqual(["a"]);
    offer("b");
    expect(send()).toEqual(["b"]);
    reconnect(lane, 1);
    expect(lane.take(0)).toEqual({ sample: "b", sequence: 1, keyFrame: true });
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["sent"], b: ["sent"] });
    expect(released).toEqual(["a"]);
  });

  it("gets what was captured while nobody was there, and of that the newest", () => {
    const { lane, offer, send, outcomes } = wantedLane(5);
    offer("a");
    send();
    lane.disconnect();
    offer("b", "c");
    expect(send()).toEqual([]);
    expect(lane.dueAt).toBeUndefined();
    reconnect(lane, 5);
    expect(send()).toEqual(["c"]);
    expect(outcomes).toEqual({ a: ["sent"], b: ["replaced"], c: ["sent"] });
  });

  it("gives credit anew", () => {
    const { lane, offer, send } = wantedLane(100);
    offer("a");
    reconnect(lane, 2);
    expect(lane.credit).toBe(2);
    expect(send()).toEqual(["a"]);
    offer("b");
    expect(send()).toEqual(["b"]);
    offer("c");
    expect(send()).toEqual([]);
  });
});

describe("a picture that is under way when its connection is lost", () => {
  it("goes to the next receiver, if it is still the newest", () => {
    const { lane, offer, send, outcomes } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.disconnect();
    lane.finish("closed");
    expect(outcomes).toEqual({});
    reconnect(lane, 5);
    expect(send()).toEqual(["a"]);
    expect(outcomes).toEqual({ a: ["sent"] });
  });

  it("has spent its credit, since that receiver may have it", () => {
    const { lane, offer } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.finish("closed");
    expect(lane.credit).toBe(4);
  });

  it("gives way to a newer one", () => {
    const { lane, offer, send, outcomes, released } = wantedLane(5);
    offer("a");
    lane.take(0);
    offer("b");
    lane.disconnect();
    lane.finish("closed");
    expect(outcomes).toEqual({ a: ["replaced"] });
    expect(released).toEqual(["a"]);
    reconnect(lane, 5);
    expect(send()).toEqual(["b"]);
  });

  it.each(["closed", "sent"] as const)(
    "goes to the next receiver also where that is learnt (%s) after it came, and nothing goes before",
    (outcome) => {
      const { lane, offer, outcomes } = wantedLane(5);
      offer("a");
      lane.take(0);
      reconnect(lane, 5);
      expect(lane.take(0)).toBeUndefined();
      lane.finish(outcome);
      expect(lane.take(0)).toEqual({ sample: "a", sequence: 1, keyFrame: true });
      lane.finish("sent");
      expect(lane.take(0)).toBeUndefined();
      expect(outcomes).toEqual({ a: ["sent"] });
    },
  );

  it("costs the next receiver no number where it fails late", () => {
    const { lane, offer } = wantedLane(5);
    offer("a");
    lane.take(0);
    reconnect(lane, 1);
    offer("b");
    lane.finish("failed");
    expect(lane.take(0)).toEqual({ sample: "b", sequence: 1, keyFrame: true });
    expect(lane.credit).toBe(0);
  });

  it("is tried once more for the next receiver where it fails late and is still the newest", () => {
    const { lane, offer, outcomes } = wantedLane(5);
    offer("a");
    lane.take(0);
    reconnect(lane, 5);
    lane.finish("failed");
    expect(outcomes).toEqual({});
    expect(lane.take(0)).toMatchObject({ sample: "a" });
    lane.finish("failed");
    expect(outcomes).toEqual({ a: ["failed"] });
    expect(lane.take(0)).toBeUndefined();
  });

  it("is unwanted where the next receiver wants no pictures", () => {
    const { lane, offer, outcomes, released } = wantedLane(5);
    offer("a");
    lane.take(0);
    reconnect(lane, 5, null);
    lane.finish("closed");
    expect(outcomes).toEqual({ a: ["unwanted"] });
    expect(released).toEqual([]);
    offer("b");
    expect(released).toEqual(["a"]);
  });
});
