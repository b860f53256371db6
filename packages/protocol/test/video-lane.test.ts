import { describe, expect, it } from "vitest";
import { type UploadOutcome, VideoLane } from "../src/index.ts";

/** A lane of named pictures, and what became of each. */
function recorded() {
  const outcomes: Record<string, UploadOutcome[]> = {};
  const released: string[] = [];
  const lane = new VideoLane<string>((sample) => released.push(sample));
  const offer = (sample: string) => {
    const own: UploadOutcome[] = [];
    lane.offer(sample, (outcome) => {
      own.push(outcome);
      outcomes[sample] = own;
    });
  };
  return { lane, offer, outcomes, released };
}

/** A lane whose receiver wants pictures, with credit for this many. */
function wanted(through: number) {
  const all = recorded();
  all.lane.setDemand(true);
  all.lane.credit(through);
  return all;
}

describe("the newest picture", () => {
  it("waits for demand and credit, in whichever order they come", () => {
    const { lane, offer } = recorded();
    offer("a");
    expect(lane.take()).toBeUndefined();
    lane.credit(1);
    expect(lane.take()).toBeUndefined();
    lane.setDemand(true);
    expect(lane.take()).toEqual({ sample: "a", sequence: 1 });

    const other = recorded();
    other.offer("a");
    other.lane.setDemand(true);
    expect(other.lane.take()).toBeUndefined();
    other.lane.credit(1);
    expect(other.lane.take()).toEqual({ sample: "a", sequence: 1 });
  });

  it("replaces the one that waits, which is never taken", () => {
    const { lane, offer, outcomes, released } = wanted(1);
    lane.credit(0);
    offer("a");
    offer("b");
    offer("c");
    expect(outcomes).toEqual({ a: ["replaced"], b: ["replaced"] });
    expect(released).toEqual(["a", "b"]);
    expect(lane.take()).toMatchObject({ sample: "c" });
  });

  it("replaces the one that waits also while nothing is known of any demand", () => {
    const { offer, outcomes, lane } = recorded();
    offer("a");
    offer("b");
    expect(outcomes).toEqual({ a: ["replaced"] });
    expect(lane.counts).toMatchObject({ captured: 2, pending: 1, replaced: 1 });
  });

  it("is taken once", () => {
    const { lane, offer } = wanted(5);
    offer("a");
    expect(lane.take()).toBeDefined();
    lane.finish("sent");
    expect(lane.take()).toBeUndefined();
  });

  it("waits while another one is under way, and comes next", () => {
    const { lane, offer, outcomes, released } = wanted(5);
    offer("a");
    lane.take();
    offer("b");
    expect(lane.take()).toBeUndefined();
    expect(outcomes).toEqual({});
    offer("c");
    expect(outcomes).toEqual({ b: ["replaced"] });
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["sent"], b: ["replaced"] });
    expect(released).toEqual(["b", "a"]);
    expect(lane.take()).toEqual({ sample: "c", sequence: 2 });
  });
});

describe("credit", () => {
  it("never falls", () => {
    const { lane, offer } = wanted(3);
    lane.credit(1);
    for (const sample of ["a", "b", "c"]) {
      offer(sample);
      expect(lane.take()).toBeDefined();
      lane.finish("sent");
    }
    offer("d");
    expect(lane.take()).toBeUndefined();
  });

  it("comes back when a picture fails, and leaves no gap in the numbers", () => {
    const { lane, offer, outcomes } = wanted(1);
    offer("a");
    expect(lane.take()).toMatchObject({ sequence: 1 });
    lane.finish("failed");
    offer("b");
    expect(lane.take()).toEqual({ sample: "b", sequence: 1 });
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["failed"], b: ["sent"] });
  });

  it("is not spent on trying again what failed", () => {
    const { lane, offer } = wanted(5);
    offer("a");
    lane.take();
    lane.finish("failed");
    expect(lane.take()).toBeUndefined();
  });
});

describe("a receiver that wants no pictures", () => {
  it("makes the waiting one unwanted at once, and each that follows", () => {
    const { lane, offer, outcomes } = recorded();
    offer("a");
    lane.setDemand(false);
    offer("b");
    expect(outcomes).toEqual({ a: ["unwanted"], b: ["unwanted"] });
    expect(lane.take()).toBeUndefined();
  });

  it("gets the newest one when it wants pictures again, also if it got it before", () => {
    const { lane, offer, outcomes } = wanted(5);
    offer("a");
    lane.take();
    lane.finish("sent");
    lane.setDemand(false);
    lane.setDemand(true);
    expect(lane.take()).toEqual({ sample: "a", sequence: 2 });
    lane.finish("sent");
    lane.setDemand(false);
    offer("b");
    lane.setDemand(true);
    expect(lane.take()).toEqual({ sample: "b", sequence: 3 });
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["sent"], b: ["unwanted"] });
  });

  it("gets the picture again that was under way when it changed its mind twice", () => {
    const { lane, offer, outcomes } = wanted(5);
    offer("a");
    lane.take();
    lane.setDemand(false);
    lane.setDemand(true);
    lane.finish("sent");
    expect(lane.take()).toEqual({ sample: "a", sequence: 2 });
    expect(outcomes).toEqual({ a: ["sent"] });
  });

  it("replaces nothing that is under way by wanting it again", () => {
    const { lane, offer, outcomes } = wanted(5);
    offer("a");
    lane.take();
    lane.setDemand(false);
    lane.setDemand(true);
    offer("b");
    expect(outcomes).toEqual({});
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["sent"] });
    expect(lane.take()).toMatchObject({ sample: "b" });
  });

  it("changes nothing for the picture under way", () => {
    const { lane, offer, outcomes } = wanted(5);
    offer("a");
    lane.take();
    lane.setDemand(false);
    expect(outcomes).toEqual({});
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["sent"] });
  });

  it("gets no picture a second time for saying twice that it wants them", () => {
    const { lane, offer } = wanted(5);
    offer("a");
    lane.take();
    lane.finish("sent");
    lane.setDemand(true);
    expect(lane.take()).toBeUndefined();
  });
});

describe("refresh", () => {
  it("sends the newest picture again", () => {
    const { lane, offer } = wanted(5);
    offer("a");
    lane.take();
    lane.finish("sent");
    lane.refresh();
    expect(lane.take()).toEqual({ sample: "a", sequence: 2 });
  });

  it("changes nothing while that picture is on its way, or where there is none", () => {
    const { lane, offer } = wanted(5);
    lane.refresh();
    expect(lane.take()).toBeUndefined();
    offer("a");
    lane.take();
    lane.refresh();
    lane.finish("sent");
    expect(lane.take()).toBeUndefined();
  });

  it("needs credit as anything else does", () => {
    const { lane, offer } = wanted(1);
    offer("a");
    lane.take();
    lane.finish("sent");
    lane.refresh();
    expect(lane.take()).toBeUndefined();
    lane.credit(2);
    expect(lane.take()).toMatchObject({ sample: "a" });
  });

  it("settles nothing a second time, also when the second sending fails or is replaced", () => {
    const { lane, offer, outcomes } = wanted(5);
    offer("a");
    lane.take();
    lane.finish("sent");
    lane.refresh();
    lane.take();
    lane.finish("failed");
    lane.refresh();
    offer("b");
    expect(outcomes).toEqual({ a: ["sent"] });
    expect(lane.counts).toMatchObject({ captured: 2, sent: 1, pending: 1, replaced: 0, failed: 0 });
  });
});

describe("release", () => {
  it("comes for a sent picture only when a newer one is there", () => {
    const { lane, offer, released } = wanted(5);
    offer("a");
    lane.take();
    lane.finish("sent");
    expect(released).toEqual([]);
    offer("b");
    expect(released).toEqual(["a"]);
  });

  it("comes for a replaced picture that is under way only when that is over", () => {
    const { lane, offer, released } = wanted(5);
    offer("a");
    lane.take();
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
    lane.setDemand(true);
    lane.credit(1);
    lane.offer(1, (outcome) => outcomes.push(`1 ${outcome}`));
    lane.offer(2, (outcome) => outcomes.push(`2 ${outcome}`));
    expect(outcomes).toEqual(["1 replaced", "2 replaced", "11 replaced"]);
    expect(lane.take()).toEqual({ sample: 12, sequence: 1 });
    lane.finish("sent");
    lane.close();
    const { captured, sent, replaced } = lane.counts;
    expect({ captured, sent, replaced }).toEqual({ captured: 4, sent: 1, replaced: 3 });
  });
});

describe("refuse", () => {
  it("counts what is no picture, lets go of it, and leaves the newest picture where it is", () => {
    const { lane, offer, outcomes, released } = wanted(1);
    offer("a");
    lane.refuse("junk", (outcome) => {
      outcomes.junk = [outcome];
    });
    expect(outcomes).toEqual({ junk: ["failed"] });
    expect(released).toEqual(["junk"]);
    expect(lane.take()).toMatchObject({ sample: "a" });
    expect(lane.counts).toMatchObject({ captured: 2, failed: 1, pending: 1 });
  });

  it("settles closed after the end", () => {
    const { lane, outcomes, released } = recorded();
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
    const { lane, offer, outcomes, released } = wanted(5);
    offer("a");
    lane.take();
    offer("b");
    lane.close();
    expect(outcomes).toEqual({ a: ["closed"], b: ["closed"] });
    expect(released).toEqual(["b"]);
    lane.finish("sent");
    expect(outcomes).toEqual({ a: ["closed"], b: ["closed"] });
    expect(released).toEqual(["b", "a"]);
  });

  it("lets go of the newest picture also where that was sent", () => {
    const { lane, offer, released } = wanted(5);
    offer("a");
    lane.take();
    lane.finish("sent");
    lane.close();
    lane.close();
    expect(released).toEqual(["a"]);
  });

  it("settles closed whatever is offered later, and takes nothing any more", () => {
    const { lane, offer, outcomes, released } = wanted(5);
    lane.close();
    offer("a");
    offer("b");
    lane.refresh();
    lane.setDemand(false);
    lane.setDemand(true);
    expect(outcomes).toEqual({ a: ["closed"], b: ["closed"] });
    expect(released).toEqual(["a", "b"]);
    expect(lane.take()).toBeUndefined();
  });
});

describe("finish without a picture under way", () => {
  it("does nothing", () => {
    const { lane, offer } = wanted(1);
    lane.finish("failed");
    offer("a");
    expect(lane.take()).toEqual({ sample: "a", sequence: 1 });
  });
});
