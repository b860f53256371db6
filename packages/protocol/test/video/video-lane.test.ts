import { describe, expect, it } from "vitest";
import { VideoLane } from "../../src/index.ts";
import { reconnect, recordedLane, wantedLane } from "./recorded-lane.ts";

describe("VideoLane", () => {
  it("holds the newest frame until there are demand and credit, in either order", () => {
    const { lane, offer } = recordedLane();
    offer("a");
    expect(lane.take(0)).toBeUndefined();
    lane.acknowledge(1, 0);
    expect(lane.take(0)).toBeUndefined();
    lane.setDemand({});
    expect(lane.take(0)).toMatchObject({ sample: "a", sequence: 1 });

    const other = recordedLane();
    other.offer("a");
    other.lane.setDemand({});
    expect(other.lane.take(0)).toBeUndefined();
    other.lane.acknowledge(1, 0);
    expect(other.lane.take(0)).toMatchObject({ sample: "a", sequence: 1 });
  });

  it("replaces the waiting frame, which is never taken", () => {
    const { lane, offer, outcomes, released } = wantedLane(1);
    lane.acknowledge(0, 0);
    offer("a");
    offer("b");
    offer("c");
    expect(outcomes).toEqual({ a: ["replaced"], b: ["replaced"] });
    expect(released).toEqual(["a", "b"]);
    expect(lane.take(0)).toMatchObject({ sample: "c" });
  });

  it("replaces the waiting frame before the first demand", () => {
    const { offer, outcomes, lane } = recordedLane();
    offer("a");
    offer("b");
    expect(outcomes).toEqual({ a: ["replaced"] });
    expect(lane.counts).toMatchObject({ captured: 2, pending: 1, replaced: 1 });
  });

  it("returns a frame once", () => {
    const { lane, offer } = wantedLane(5);
    offer("a");
    expect(lane.take(0)).toBeDefined();
    lane.finish("sent");
    expect(lane.take(0)).toBeUndefined();
  });

  it("holds the newest frame while another one is under way", () => {
    const { lane, offer, outcomes, released } = wantedLane(5);
    offer("a");
    lane.take(0);
    offer("b");
    expect(lane.take(0)).toBeUndefined();
    expect(outcomes).toEqual({});
    offer("c");
    expect(outcomes).toEqual({ b: ["replaced"] });
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["sent"], b: ["replaced"] });
    expect(released).toEqual(["b", "a"]);
    expect(lane.take(0)).toMatchObject({ sample: "c", sequence: 2 });
  });
});

describe("VideoLane.acknowledge", () => {
  it("never lowers the credit", () => {
    const { lane, offer } = wantedLane(3);
    lane.acknowledge(1, 0);
    for (const sample of ["a", "b", "c"]) {
      offer(sample);
      expect(lane.take(0)).toBeDefined();
      lane.finish("sent");
    }
    offer("d");
    expect(lane.take(0)).toBeUndefined();
  });

  it("is not needed again after a frame that failed, whose sequence number the next frame gets", () => {
    const { lane, offer, outcomes } = wantedLane(1);
    offer("a");
    expect(lane.take(0)).toMatchObject({ sequence: 1 });
    lane.finish("failed");
    offer("b");
    expect(lane.take(0)).toMatchObject({ sample: "b", sequence: 1 });
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["failed"], b: ["sent"] });
  });

  it("does not cause another attempt to send a frame that failed", () => {
    const { lane, offer } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.finish("failed");
    expect(lane.take(0)).toBeUndefined();
  });
});

describe("VideoLane.setDemand", () => {
  it('settles the waiting frame and later frames "unwanted" with null', () => {
    const { lane, offer, outcomes } = recordedLane();
    offer("a");
    lane.setDemand(null);
    offer("b");
    expect(outcomes).toEqual({ a: ["unwanted"], b: ["unwanted"] });
    expect(lane.take(0)).toBeUndefined();
  });

  it("sends the newest frame when video is wanted again, even if it was sent before", () => {
    const { lane, offer, outcomes } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.finish("sent");
    lane.setDemand(null);
    lane.setDemand({});
    expect(lane.take(0)).toMatchObject({ sample: "a", sequence: 2 });
    lane.finish("sent");
    lane.setDemand(null);
    offer("b");
    lane.setDemand({});
    expect(lane.take(0)).toMatchObject({ sample: "b", sequence: 3 });
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["sent"], b: ["unwanted"] });
  });

  it("sends the newest frame again for another size or encoding, but not for another rate", () => {
    const { lane, offer, send } = wantedLane(9);
    offer("a");
    expect(send()).toEqual(["a"]);
    lane.setDemand({ maxWidth: 640 });
    expect(lane.take(0)).toMatchObject({ sample: "a", keyFrame: true });
    // The frame under way still has the previous demand's encoding.
    lane.setDemand({ maxWidth: 640, encodings: ["jpeg"] });
    lane.finish("sent");
    expect(send()).toEqual(["a"]);
    lane.setDemand({ maxWidth: 640, encodings: ["jpeg"], maxFps: 5 });
    lane.setDemand({ delivery: "all" });
    expect(send()).toEqual([]);
    lane.setDemand({});
    expect(send()).toEqual(["a"]);
  });

  it("sends the frame under way again after null and a demand", () => {
    const { lane, offer, outcomes } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.setDemand(null);
    lane.setDemand({});
    lane.finish("sent");
    expect(lane.take(0)).toMatchObject({ sample: "a", sequence: 2 });
    expect(outcomes).toEqual({ a: ["sent"] });
  });

  it("does not replace the frame under way when video is wanted again", () => {
    const { lane, offer, outcomes } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.setDemand(null);
    lane.setDemand({});
    offer("b");
    expect(outcomes).toEqual({});
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["sent"] });
    expect(lane.take(0)).toMatchObject({ sample: "b" });
  });

  it("does not affect the frame under way", () => {
    const { lane, offer, outcomes } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.setDemand(null);
    expect(outcomes).toEqual({});
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["sent"] });
  });

  it("does not send a frame again for an unchanged demand", () => {
    const { lane, offer } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.finish("sent");
    lane.setDemand({});
    expect(lane.take(0)).toBeUndefined();
  });
});

describe("VideoLane.refresh", () => {
  it("sends the newest frame again", () => {
    const { lane, offer } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.finish("sent");
    lane.refresh();
    expect(lane.take(0)).toMatchObject({ sample: "a", sequence: 2 });
  });

  it("has no effect without a frame, or while the newest frame is under way as a key frame", () => {
    const { lane, offer } = wantedLane(5);
    lane.refresh();
    expect(lane.take(0)).toBeUndefined();
    offer("a");
    lane.take(0);
    lane.refresh();
    lane.finish("sent");
    expect(lane.take(0)).toBeUndefined();
  });

  it("needs credit", () => {
    const { lane, offer } = wantedLane(1);
    offer("a");
    lane.take(0);
    lane.finish("sent");
    lane.refresh();
    expect(lane.take(0)).toBeUndefined();
    lane.acknowledge(2, 0);
    expect(lane.take(0)).toMatchObject({ sample: "a" });
  });

  it("does not settle a frame again, even if the second attempt fails or is replaced", () => {
    const { lane, offer, outcomes } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.finish("sent");
    lane.refresh();
    lane.take(0);
    lane.finish("failed");
    lane.refresh();
    offer("b");
    expect(outcomes).toEqual({ a: ["sent"] });
    expect(lane.counts).toMatchObject({ captured: 2, sent: 1, pending: 1, replaced: 0, failed: 0 });
  });
});

describe("VideoLane.refresh with a frame under way", () => {
  it("sends the newest frame again if it is not under way as a key frame", () => {
    const { lane, offer, outcomes } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.finish("sent");
    offer("b");
    expect(lane.take(0)).toEqual({ sample: "b", sequence: 2, keyFrame: false });
    lane.refresh();
    expect(lane.take(0)).toBeUndefined();
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["sent"], b: ["sent"] });
    expect(lane.take(0)).toEqual({ sample: "b", sequence: 3, keyFrame: true });
  });

  it("sends the newest frame as a key frame after the frame under way", () => {
    const { lane, offer } = wantedLane(5);
    offer("a");
    expect(lane.take(0)).toMatchObject({ keyFrame: true });
    offer("b");
    lane.refresh();
    lane.finish("sent");
    expect(lane.take(0)).toEqual({ sample: "b", sequence: 2, keyFrame: true });
  });

  it("settles the frame with the outcome under way if a newer frame replaces the second attempt", () => {
    const { lane, offer, outcomes, released } = wantedLane(5);
    offer("a", "b");
    lane.take(0);
    lane.finish("sent");
    offer("c");
    lane.take(0);
    lane.refresh();
    offer("d");
    expect(outcomes).toEqual({ a: ["replaced"], b: ["sent"] });
    lane.finish("sent");
    expect(outcomes).toMatchObject({ c: ["sent"] });
    expect(released).toEqual(["a", "b", "c"]);
  });

  it("settles the frame with the outcome under way if video is no longer wanted", () => {
    const { lane, offer, outcomes } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.finish("sent");
    offer("b");
    lane.take(0);
    lane.refresh();
    lane.setDemand(null);
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["sent"], b: ["sent"] });
  });

  it("settles the frame with the outcome of the second attempt if the first one fails", () => {
    const { lane, offer, outcomes } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.finish("sent");
    offer("b");
    lane.take(0);
    lane.refresh();
    lane.finish("failed");
    expect(outcomes).toEqual({ a: ["sent"] });
    expect(lane.take(0)).toEqual({ sample: "b", sequence: 2, keyFrame: true });
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["sent"], b: ["sent"] });
  });
});

describe("ScheduledFrame.keyFrame", () => {
  it("is true for the first frame, even without connect()", () => {
    const { lane, offer } = recordedLane();
    offer("a");
    lane.setDemand({});
    lane.acknowledge(1, 0);
    expect(lane.take(0)).toEqual({ sample: "a", sequence: 1, keyFrame: true });
  });

  const keyFrames = (lane: VideoLane<string>, offer: (sample: string) => void, count: number) =>
    Array.from({ length: count }, (_, index) => {
      offer(`${index}`);
      const scheduled = lane.take(0);
      lane.finish("sent");
      return scheduled?.keyFrame;
    });

  it("is true for the first frame of each connection", () => {
    const { lane, offer } = wantedLane(5);
    expect(keyFrames(lane, offer, 3)).toEqual([true, false, false]);
    reconnect(lane, 5);
    expect(keyFrames(lane, offer, 3)).toEqual([true, false, false]);
  });

  it("is true for one frame after a refresh, even if there was nothing to send again", () => {
    const { lane, offer } = wantedLane(9);
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
    lane.refresh();
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
    lane.setDemand(null);
    lane.refresh();
    lane.setDemand({});
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
  });

  it("is true after a failure, because the receiver lacks the frame that failed", () => {
    const { lane, offer } = wantedLane(9);
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
    offer("bad");
    lane.take(0);
    lane.finish("failed");
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
  });

  it("is true when video is wanted again, because the receiver dropped the frame under way", () => {
    const { lane, offer } = wantedLane(9);
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
    offer("dropped");
    lane.take(0);
    lane.setDemand(null);
    lane.finish("sent");
    lane.setDemand({});
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
  });

  it("is true again if the key frame failed, or was lost with its connection", () => {
    const { lane, offer } = wantedLane(9);
    offer("a");
    expect(lane.take(0)).toMatchObject({ keyFrame: true });
    lane.finish("failed");
    offer("b");
    expect(lane.take(0)).toMatchObject({ keyFrame: true });
    reconnect(lane, 9);
    lane.finish("closed");
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
  });
});

describe("VideoLane and the release of samples", () => {
  it("releases a sent frame when there is a newer one", () => {
    const { lane, offer, released } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.finish("sent");
    expect(released).toEqual([]);
    offer("b");
    expect(released).toEqual(["a"]);
  });

  it("releases a frame under way when it is finished, even if there is a newer one", () => {
    const { lane, offer, released } = wantedLane(5);
    offer("a");
    lane.take(0);
    offer("b");
    expect(released).toEqual([]);
    lane.finish("failed");
    expect(released).toEqual(["a"]);
  });

  it("accepts the next frame during the release of another one", () => {
    const outcomes: string[] = [];
    const lane: VideoLane<number> = new VideoLane((sample) => {
      if (sample < 3) lane.offer(sample + 10, (outcome) => outcomes.push(`${sample + 10} ${outcome}`));
    });
    lane.setDemand({});
    lane.acknowledge(1, 0);
    lane.offer(1, (outcome) => outcomes.push(`1 ${outcome}`));
    lane.offer(2, (outcome) => outcomes.push(`2 ${outcome}`));
    expect(outcomes).toEqual(["1 replaced", "2 replaced", "11 replaced"]);
    expect(lane.take(0)).toMatchObject({ sample: 12, sequence: 1 });
    lane.finish("sent");
    lane.close();
    const { captured, sent, replaced } = lane.counts;
    expect({ captured, sent, replaced }).toEqual({ captured: 4, sent: 1, replaced: 3 });
  });
});

describe("VideoLane.refuse", () => {
  it("counts and releases an invalid sample, and replaces no frame", () => {
    const { lane, offer, outcomes, released } = wantedLane(1);
    offer("a");
    lane.refuse("invalid", (outcome) => {
      outcomes.invalid = [outcome];
    });
    expect(outcomes).toEqual({ invalid: ["failed"] });
    expect(released).toEqual(["invalid"]);
    expect(lane.take(0)).toMatchObject({ sample: "a" });
    expect(lane.counts).toMatchObject({ captured: 2, failed: 1, pending: 1 });
  });

  it('settles "closed" after close', () => {
    const { lane, outcomes, released } = recordedLane();
    lane.close();
    lane.refuse("invalid", (outcome) => {
      outcomes.invalid = [outcome];
    });
    expect(outcomes).toEqual({ invalid: ["closed"] });
    expect(released).toEqual(["invalid"]);
  });
});

describe("VideoLane.close", () => {
  it("settles every frame, and releases the frame under way when it is finished", () => {
    const { lane, offer, outcomes, released } = wantedLane(5);
    offer("a");
    lane.take(0);
    offer("b");
    lane.close();
    expect(outcomes).toEqual({ a: ["closed"], b: ["closed"] });
    expect(released).toEqual(["b"]);
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["closed"], b: ["closed"] });
    expect(released).toEqual(["b", "a"]);
  });

  it("releases the newest frame even if it was sent", () => {
    const { lane, offer, released } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.finish("sent");
    lane.close();
    lane.close();
    expect(released).toEqual(["a"]);
  });

  it('settles later frames "closed" and sends nothing more', () => {
    const { lane, offer, outcomes, released } = wantedLane(5);
    lane.close();
    offer("a");
    offer("b");
    lane.refresh();
    lane.setDemand(null);
    lane.setDemand({});
    expect(outcomes).toEqual({ a: ["closed"], b: ["closed"] });
    expect(released).toEqual(["a", "b"]);
    expect(lane.take(0)).toBeUndefined();
  });
});

describe("VideoLane.finish without a frame under way", () => {
  it("has no effect", () => {
    const { lane, offer } = wantedLane(1);
    lane.finish("failed");
    offer("a");
    expect(lane.take(0)).toMatchObject({ sample: "a", sequence: 1 });
  });
});
