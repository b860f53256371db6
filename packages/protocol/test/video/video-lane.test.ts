import { describe, expect, it } from "vitest";
import { VideoLane } from "../../src/index.ts";
import { reconnect, recordedLane, wantedLane } from "./recorded-lane.ts";

describe("the newest picture", () => {
  it("waits for demand and credit, in whichever order they come", () => {
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

  it("replaces the one that waits, which is never taken", () => {
    const { lane, offer, outcomes, released } = wantedLane(1);
    lane.acknowledge(0, 0);
    offer("a");
    offer("b");
    offer("c");
    expect(outcomes).toEqual({ a: ["replaced"], b: ["replaced"] });
    expect(released).toEqual(["a", "b"]);
    expect(lane.take(0)).toMatchObject({ sample: "c" });
  });

  it("replaces the one that waits also while nothing is known of any demand", () => {
    const { offer, outcomes, lane } = recordedLane();
    offer("a");
    offer("b");
    expect(outcomes).toEqual({ a: ["replaced"] });
    expect(lane.counts).toMatchObject({ captured: 2, pending: 1, replaced: 1 });
  });

  it("is taken once", () => {
    const { lane, offer } = wantedLane(5);
    offer("a");
    expect(lane.take(0)).toBeDefined();
    lane.finish("sent");
    expect(lane.take(0)).toBeUndefined();
  });

  it("waits while another one is under way, and comes next", () => {
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

describe("credit", () => {
  it("never falls", () => {
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

  it("comes back when a picture fails, and leaves no gap in the numbers", () => {
    const { lane, offer, outcomes } = wantedLane(1);
    offer("a");
    expect(lane.take(0)).toMatchObject({ sequence: 1 });
    lane.finish("failed");
    offer("b");
    expect(lane.take(0)).toMatchObject({ sample: "b", sequence: 1 });
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["failed"], b: ["sent"] });
  });

  it("is not spent on trying again what failed", () => {
    const { lane, offer } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.finish("failed");
    expect(lane.take(0)).toBeUndefined();
  });
});

describe("a receiver that wants no pictures", () => {
  it("makes the waiting one unwanted at once, and each that follows", () => {
    const { lane, offer, outcomes } = recordedLane();
    offer("a");
    lane.setDemand(null);
    offer("b");
    expect(outcomes).toEqual({ a: ["unwanted"], b: ["unwanted"] });
    expect(lane.take(0)).toBeUndefined();
  });

  it("gets the newest one when it wants pictures again, also if it got it before", () => {
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

  it("gets the newest one again when it wants to see it otherwise, and not for another rate", () => {
    const { lane, offer, send } = wantedLane(9);
    offer("a");
    expect(send()).toEqual(["a"]);
    lane.setDemand({ maxWidth: 640 });
    expect(lane.take(0)).toMatchObject({ sample: "a", keyFrame: true });
    // This one went out as it was wanted before.
    lane.setDemand({ maxWidth: 640, encodings: ["jpeg"] });
    lane.finish("sent");
    expect(send()).toEqual(["a"]);
    lane.setDemand({ maxWidth: 640, encodings: ["jpeg"], maxFps: 5 });
    lane.setDemand({ delivery: "all" });
    expect(send()).toEqual([]);
    lane.setDemand({});
    expect(send()).toEqual(["a"]);
  });

  it("gets the picture again that was under way when it changed its mind twice", () => {
    const { lane, offer, outcomes } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.setDemand(null);
    lane.setDemand({});
    lane.finish("sent");
    expect(lane.take(0)).toMatchObject({ sample: "a", sequence: 2 });
    expect(outcomes).toEqual({ a: ["sent"] });
  });

  it("replaces nothing that is under way by wanting it again", () => {
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

  it("changes nothing for the picture under way", () => {
    const { lane, offer, outcomes } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.setDemand(null);
    expect(outcomes).toEqual({});
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["sent"] });
  });

  it("gets no picture a second time for saying twice that it wants them", () => {
    const { lane, offer } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.finish("sent");
    lane.setDemand({});
    expect(lane.take(0)).toBeUndefined();
  });
});

describe("refresh", () => {
  it("sends the newest picture again", () => {
    const { lane, offer } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.finish("sent");
    lane.refresh();
    expect(lane.take(0)).toMatchObject({ sample: "a", sequence: 2 });
  });

  it("changes nothing while that picture is on its way, or where there is none", () => {
    const { lane, offer } = wantedLane(5);
    lane.refresh();
    expect(lane.take(0)).toBeUndefined();
    offer("a");
    lane.take(0);
    lane.refresh();
    lane.finish("sent");
    expect(lane.take(0)).toBeUndefined();
  });

  it("needs credit as anything else does", () => {
    const { lane, offer } = wantedLane(1);
    offer("a");
    lane.take(0);
    lane.finish("sent");
    lane.refresh();
    expect(lane.take(0)).toBeUndefined();
    lane.acknowledge(2, 0);
    expect(lane.take(0)).toMatchObject({ sample: "a" });
  });

  it("settles nothing a second time, also when the second sending fails or is replaced", () => {
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

describe("refresh while the newest picture is on its way", () => {
  it("sends it again where what is on its way is no key frame", () => {
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

  it("sends the newer one whole where another one is on its way", () => {
    const { lane, offer } = wantedLane(5);
    offer("a");
    expect(lane.take(0)).toMatchObject({ keyFrame: true });
    offer("b");
    lane.refresh();
    lane.finish("sent");
    expect(lane.take(0)).toEqual({ sample: "b", sequence: 2, keyFrame: true });
  });

  it("leaves the outcome to what is on its way where a newer one replaces the second sending", () => {
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

  it("leaves it to what is on its way where pictures are not wanted any more", () => {
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

  it("leaves it to the second sending where the first one fails", () => {
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

describe("a key frame", () => {
  it("is the very first picture, also of a lane that is used for one connection only", () => {
    const { lane, offer } = recordedLane();
    offer("a");
    lane.setDemand({});
    lane.acknowledge(1, 0);
    expect(lane.take(0)).toEqual({ sample: "a", sequence: 1, keyFrame: true });
  });

  const keyFrames = (lane: VideoLane<string>, offer: (sample: string) => void, count: number) =>
    Array.from({ length: count }, (_, index) => {
      offer(`${index}`);
      const turn = lane.take(0);
      lane.finish("sent");
      return turn?.keyFrame;
    });

  it("is the first one of each connection only", () => {
    const { lane, offer } = wantedLane(5);
    expect(keyFrames(lane, offer, 3)).toEqual([true, false, false]);
    reconnect(lane, 5);
    expect(keyFrames(lane, offer, 3)).toEqual([true, false, false]);
  });

  it("follows a refresh, once, also where there was nothing to send again", () => {
    const { lane, offer } = wantedLane(9);
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
    lane.refresh();
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
    lane.setDemand(null);
    lane.refresh();
    lane.setDemand({});
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
  });

  it("follows a failure, so that no receiver builds on what it did not get", () => {
    const { lane, offer } = wantedLane(9);
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
    offer("bad");
    lane.take(0);
    lane.finish("failed");
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
  });

  it("is what the receiver gets first that wants pictures again, since it dropped what was on its way", () => {
    const { lane, offer } = wantedLane(9);
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
    offer("dropped");
    lane.take(0);
    lane.setDemand(null);
    lane.finish("sent");
    lane.setDemand({});
    expect(keyFrames(lane, offer, 2)).toEqual([true, false]);
  });

  it("is still to come where it failed, or was lost together with its connection", () => {
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

describe("release", () => {
  it("comes for a sent picture only when a newer one is there", () => {
    const { lane, offer, released } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.finish("sent");
    expect(released).toEqual([]);
    offer("b");
    expect(released).toEqual(["a"]);
  });

  it("comes for a replaced picture that is under way only when that is over", () => {
    const { lane, offer, released } = wantedLane(5);
    offer("a");
    lane.take(0);
    offer("b");
    expect(released).toEqual([]);
    lane.finish("failed");
    expect(released).toEqual(["a"]);
  });

  it("may offer the next picture itself, as a capturer with one buffer does", () => {
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

describe("refuse", () => {
  it("counts what is no picture, lets go of it, and leaves the newest picture where it is", () => {
    const { lane, offer, outcomes, released } = wantedLane(1);
    offer("a");
    lane.refuse("junk", (outcome) => {
      outcomes.junk = [outcome];
    });
    expect(outcomes).toEqual({ junk: ["failed"] });
    expect(released).toEqual(["junk"]);
    expect(lane.take(0)).toMatchObject({ sample: "a" });
    expect(lane.counts).toMatchObject({ captured: 2, failed: 1, pending: 1 });
  });

  it("settles closed after the end", () => {
    const { lane, outcomes, released } = recordedLane();
    lane.close();
    lane.refuse("junk", (outcome) => {
      outcomes.junk = [outcome];
    });
    expect(outcomes).toEqual({ junk: ["closed"] });
    expect(released).toEqual(["junk"]);
  });
});

describe("close", () => {
  it("settles what waits and what is under way, and keeps only the latter until it is finished", () => {
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

  it("lets go of the newest picture also where that was sent", () => {
    const { lane, offer, released } = wantedLane(5);
    offer("a");
    lane.take(0);
    lane.finish("sent");
    lane.close();
    lane.close();
    expect(released).toEqual(["a"]);
  });

  it("settles closed whatever is offered later, and takes nothing any more", () => {
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

describe("finish without a picture under way", () => {
  it("does nothing", () => {
    const { lane, offer } = wantedLane(1);
    lane.finish("failed");
    offer("a");
    expect(lane.take(0)).toMatchObject({ sample: "a", sequence: 1 });
  });
});
