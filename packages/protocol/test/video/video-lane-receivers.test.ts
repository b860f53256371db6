import { describe, expect, it } from "vitest";
import { reconnect, recordedLane, wantedLane } from "./recorded-lane.ts";

describe("VideoLane with a receiver that connects late", () => {
  it("sends the newest frame that was captured before the receiver connected", () => {
    const { lane, offer, outcomes } = recordedLane();
    offer("a", "b");
    reconnect(lane, 1);
    expect(lane.take(0)).toEqual({ sample: "b", sequence: 1, keyFrame: true });
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["replaced"], b: ["sent"] });
  });

  it('sends the newest frame, even if the frame was settled "unwanted"', () => {
    const { lane, offer, send, outcomes } = wantedLane(1);
    lane.setDemand(null);
    offer("a");
    reconnect(lane, 1);
    expect(send()).toEqual(["a"]);
    expect(outcomes).toEqual({ a: ["unwanted"] });
  });

  it("sends nothing before the first frame and nothing after close()", () => {
    const { lane, offer, send } = recordedLane();
    reconnect(lane, 1);
    expect(send()).toEqual([]);
    offer("a");
    lane.close();
    reconnect(lane, 1);
    expect(send()).toEqual([]);
  });

  it("sends nothing before the receiver's demand and credit", () => {
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

  it('settles the waiting frame "unwanted" if the receiver wants no video', () => {
    const { lane, offer, outcomes } = recordedLane();
    offer("a");
    reconnect(lane, 5, null);
    expect(outcomes).toEqual({ a: ["unwanted"] });
  });
});

describe("VideoLane with a receiver that reconnects", () => {
  it("sends the newest frame again with sequence number 1, and settles the frame once", () => {
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

  it("sends the newest frame that was captured without a connection", () => {
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

  it("starts each connection without credit", () => {
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

describe("VideoLane with a frame in flight when the connection is lost", () => {
  it("sends the frame in flight to the next receiver if no newer frame was captured", () => {
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

  it("does not return the credit of the frame in flight, because the receiver may have received the frame", () => {
    const { lane, offer } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.finish("closed");
    expect(lane.credit).toBe(4);
  });

  it("replaces the frame in flight with a newer frame", () => {
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
    "sends the frame in flight to the next receiver once if finish(%j) is called after the reconnection",
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

  it("starts at sequence number 1 after a reconnection, even if the frame in flight then fails", () => {
    const { lane, offer } = wantedLane(5);
    offer("a");
    lane.take(0);
    reconnect(lane, 1);
    offer("b");
    lane.finish("failed");
    expect(lane.take(0)).toEqual({ sample: "b", sequence: 1, keyFrame: true });
    expect(lane.credit).toBe(0);
  });

  it('sends the newest frame to the next receiver, even if finish("failed") is called after the reconnection', () => {
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

  it('settles the frame in flight "unwanted" if the next receiver wants no video', () => {
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
