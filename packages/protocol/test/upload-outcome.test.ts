import { describe, expect, it } from "vitest";
import { UploadCounter, type UploadOutcome } from "../src/index.ts";

describe("UploadCounter", () => {
  it("counts a sample as pending until its outcome settles", () => {
    const counter = new UploadCounter();
    const settle = counter.enter(() => {});
    expect(counter.counts).toMatchObject({ captured: 1, pending: 1 });
    settle("sent");
    expect(counter.counts).toMatchObject({ captured: 1, pending: 0, sent: 1 });
  });

  it("settles a sample once, with the first outcome", () => {
    const counter = new UploadCounter();
    const outcomes: UploadOutcome[] = [];
    const settle = counter.enter((outcome) => outcomes.push(outcome));
    settle("replaced");
    settle("closed");
    settle("replaced");
    expect(outcomes).toEqual(["replaced"]);
    expect(counter.counts).toEqual({
      captured: 1,
      pending: 0,
      sent: 0,
      replaced: 1,
      unwanted: 0,
      failed: 0,
      closed: 0,
    });
  });

  it("counts the outcome before it calls the callback", () => {
    const counter = new UploadCounter();
    let sent: number | undefined;
    counter.enter(() => {
      sent = counter.counts.sent;
    })("sent");
    expect(sent).toBe(1);
  });

  it("returns a copy of its counts", () => {
    const counter = new UploadCounter();
    const { counts } = counter;
    counter.enter(() => {});
    expect(counts.captured).toBe(0);
  });
});
