import { describe, expect, it } from "vitest";
import { VideoLane } from "../../src/index.ts";
import { reconnect, recordedLane, wantedLane } from "./recorded-lane.ts";

describe("VideoLane", () => {
  it("holds the newest frame until a demand and credit arrive, in either order", () => {
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

  it("replaces the waiting frame with a newer one", () => {
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

  it("returns each frame once from take()", () => {
    const { lane, offer } = wantedLane(5);
    offer("a");
    expect(lane.take(0)).toBeDefined();
    lane.finish("sent");
    expect(lane.take(0)).toBeUndefined();
  });

  it("holds the newest frame while another one is in flight", () => {
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

describe("VideoLane.acknowledge()", () => {
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

  it("returns the credit and the sequence number of a failed frame to the next frame", () => {
    const { lane, offer, outcomes } = wantedLane(1);
    offer("a");
    expect(lane.take(0)).toMatchObject({ sequence: 1 });
    lane.finish("failed");
    offer("b");
    expect(lane.take(0)).toMatchObject({ sample: "b", sequence: 1 });
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["failed"], b: ["sent"] });
  });

  it("does not send a failed frame again", () => {
    const { lane, offer } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.finish("failed");
    expect(lane.take(0)).toBeUndefined();
  });
});

describe("VideoLane.setDemand()", () => {
  it('settles the waiting frame and later frames "unwanted" after a null demand', () => {
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

  it("sends the newest frame again if the demanded size or encoding changes, but not if only the rate changes", () => {
    const { lane, offer, send } = wantedLane(9);
    offer("a");
    expect(send()).toEqual(["a"]);
    lane.setDemand({ maxWidth: 640 });
    expect(lane.take(0)).toMatchObject({ sample: "a", keyFrame: true });
    // The frame in flight still has the previous demand's encoding.
    lane.setDemand({ maxWidth: 640, encodings: ["jpeg"] });
    lane.finish("sent");
    expect(send()).toEqual(["a"]);
    lane.setDemand({ maxWidth: 640, encodings: ["jpeg"], maxFps: 5 });
    lane.setDemand({ delivery: "all" });
    expect(send()).toEqual([]);
    lane.setDemand({});
    expect(send()).toEqual(["a"]);
  });

  it("sends the frame in flight again after a null demand and another demand", () => {
    const { lane, offer, outcomes } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.setDemand(null);
    lane.setDemand({});
    lane.finish("sent");
    expect(lane.take(0)).toMatchObject({ sample: "a", sequence: 2 });
    expect(outcomes).toEqual({ a: ["sent"] });
  });

  it("does not replace the frame in flight when video is wanted again", () => {
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

  it('settles the frame in flight "sent" after a null demand', () => {
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

describe("VideoLane.refresh()", () => {
  it("sends the newest frame again", () => {
    const { lane, offer } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.finish("sent");
    lane.refresh();
    expect(lane.take(0)).toMatchObject({ sample: "a", sequence: 2 });
  });

  it("has no effect without a frame, or while the newest frame is in flight as a key frame", () => {
    const { lane, offer } = wantedLane(5);
    lane.refresh();
    expect(lane.take(0)).toBeUndefined();
    offer("a");
    lane.take(0);
    lane.refresh();
    lane.finish("sent");
    expect(lane.take(0)).toBeUndefined();
  });

  it("does not resend a frame without credit", () => {
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

describe("VideoLane.refresh() with a frame in flight", () => {
  it("sends the newest frame again as a key frame if it is in flight as a delta", () => {
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

  it("sends the newest frame as a key frame after the frame in flight", () => {
    const { lane, offer } = wantedLane(5);
    offer("a");
    expect(lane.take(0)).toMatchObject({ keyFrame: true });
    offer("b");
    lane.refresh();
    lane.finish("sent");
    expect(lane.take(0)).toEqual({ sample: "b", sequence: 2, keyFrame: true });
  });

  it("settles the frame with the outcome of the first attempt if a newer frame replaces the second attempt", () => {
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

  it("settles the frame with the outcome of the first attempt after a null demand", () => {
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

describe("VideoLane.take(): key frames", () => {
  it("returns the first frame as a key frame, even without connect()", () => {
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

  it("returns the first frame of each connection as a key frame", () => {
    const { lane, offer } = wantedLane(5);
    expect(keyFrames(lane, offer, 3)).toEqual([true, false, false]);
    reconnect(lane, 5);
    expect(keyFrames(lane, offer, 3)).toEqual([true, false, false]);
  });

  it("returns only the first frame after a refresh as a key frame, even if the refresh came during a null demand", () => {
    const { lane, offer } = wantedLane(9);
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
    lane.refresh();
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
    lane.setDemand(null);
    lane.refresh();
    lane.setDemand({});
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
  });

  it("returns a key frame after a failure, because the receiver lacks the failed frame", () => {
    const { lane, offer } = wantedLane(9);
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
    offer("bad");
    lane.take(0);
    lane.finish("failed");
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
  });

  it("returns a key frame when video is wanted again, because the receiver dropped the frame in flight", () => {
    const { lane, offer } = wantedLane(9);
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
    offer("dropped");
    lane.take(0);
    lane.setDemand(null);
    lane.finish("sent");
    lane.setDemand({});
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
  });

  it("returns another key frame if the key frame failed or the connection was lost", () => {
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

describe("VideoLane: release of samples", () => {
  it("releases a sent frame when a newer frame is offered", () => {
    const { lane, offer, released } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.finish("sent");
    expect(released).toEqual([]);
    offer("b");
    expect(released).toEqual(["a"]);
  });

  it("releases a frame in flight when the frame is finished, not when a newer frame is offered", () => {
    const { lane, offer, released } = wantedLane(5);
    offer("a");
    lane.take(0);
    offer("b");
    expect(released).toEqual([]);
    lane.finish("failed");
    expect(released).toEqual(["a"]);
  });

  it("accepts a frame that is offered during the release of another frame", () => {
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

describe("VideoLane.refuse()", () => {
  it("counts and releases an invalid sample, and keeps the waiting frame", () => {
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

  it('settles an invalid sample "closed" after close()', () => {
    const { lane, outcomes, released } = recordedLane();
    lane.close();
    lane.refuse("invalid", (outcome) => {
      outcomes.invalid = [outcome];
    });
    expect(outcomes).toEqual({ invalid: ["closed"] });
    expect(released).toEqual(["invalid"]);
  });
});

describe("VideoLane.close()", () => {
  it("settles every frame at once, and releases the frame in flight at finish()", () => {
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

describe("VideoLane.finish()", () => {
  it("does nothing without a frame in flight", () => {
    const { lane, offer } = wantedLane(1);
    lane.finish("failed");
    offer("a");
    expect(lane.take(0)).toMatchObject({ sample: "a", sequence: 1 });
  });
});
