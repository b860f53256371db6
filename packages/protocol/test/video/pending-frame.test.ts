import { describe, expect, it } from "vitest";
import { noUploads, type UploadOutcome, VideoLane } from "../../src/index.ts";
import { PendingFrame } from "../../src/video/pending-frame.ts";

/** Creates a pending frame, and the counts that record its outcome. */
function pendingFrame(onSettle: (outcome: UploadOutcome) => void = () => {}) {
  const counts = noUploads();
  const owner = { counts, pendingBytes: 0, release: () => {}, bytesOf: () => 1 };
  return { frame: new PendingFrame(1, "a", owner, onSettle), counts };
}

describe("PendingFrame", () => {
  it("counts a frame as pending until the frame is settled", () => {
    const { frame, counts } = pendingFrame();
    expect(counts).toMatchObject({ captured: 1, pending: 1 });
    frame.settle("sent");
    expect(counts).toMatchObject({ captured: 1, pending: 0, sent: 1 });
  });

  it("reports and counts only the first outcome", () => {
    const outcomes: UploadOutcome[] = [];
    const { frame, counts } = pendingFrame((outcome) => outcomes.push(outcome));
    frame.settle("replaced");
    frame.settle("closed");
    frame.settle("replaced");
    expect(outcomes).toEqual(["replaced"]);
    expect(counts).toEqual({
      captured: 1,
      pending: 0,
      sent: 0,
      replaced: 1,
      unwanted: 0,
      failed: 0,
      closed: 0,
    });
  });

  it("counts an outcome before onSettle is called", () => {
    let sent: number | undefined;
    const { frame, counts } = pendingFrame(() => {
      sent = counts.sent;
    });
    frame.settle("sent");
    expect(sent).toBe(1);
  });
});

describe("VideoLane.counts", () => {
  it("returns a copy, which later offers do not change", () => {
    const lane = new VideoLane<string>(() => {});
    const { counts } = lane;
    lane.offer("a", () => {});
    expect(counts.captured).toBe(0);
  });
});
