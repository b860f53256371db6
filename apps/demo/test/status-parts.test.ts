import { describe, expect, test } from "vitest";
import { type RunStatus, statusParts } from "../src/status-parts.ts";

const figures = {
  framesPerSecond: 29.96,
  bytesPerSecond: 1.5e6,
  encoding: "jpeg",
  replaced: 3,
  age: { p50: 1.24, p95: 2 },
};

const run: RunStatus = {
  source: "page",
  size: "1280x720",
  figures,
  isMoving: true,
  viewers: 2,
  isWanted: true,
  cpu: { app: 0.031, capture: null },
  recorded: undefined,
  published: undefined,
  url: "http://127.0.0.1:7411/token/",
};

const noFrame = { size: undefined, figures: undefined, isMoving: false };

describe("statusParts", () => {
  test.each<[string, Partial<RunStatus>, string]>([
    [
      "the figures while somebody watches",
      {},
      "page 1280x720 jpeg · 2 viewers ·  30.0 fps · median age 1.2 ms · 1.5 MB/s · 3 frames replaced · CPU app 3 %, capture unknown",
    ],
    [
      "that nothing moves",
      { isMoving: false },
      "page 1280x720 jpeg · 2 viewers · nothing moves · 3 frames replaced · CPU app 3 %, capture unknown",
    ],
    [
      "that the first frame has not arrived",
      { ...noFrame, viewers: 1 },
      "page · 1 viewer · waiting for the first frame",
    ],
    [
      "that nothing is captured without a viewer",
      { ...noFrame, viewers: 0, isWanted: false },
      "page · no viewer: nothing is captured",
    ],
    [
      "that nothing is captured after the last viewer has left",
      { viewers: 0, isWanted: false },
      "page 1280x720 jpeg · no viewer: nothing is captured",
    ],
    [
      "that the page of the only viewer is hidden",
      { viewers: 1, isWanted: false },
      "page 1280x720 jpeg · 1 viewer, whose page is hidden: nothing is captured",
    ],
    [
      "that the pages of all viewers are hidden",
      { viewers: 2, isWanted: false },
      "page 1280x720 jpeg · 2 viewers, whose pages are hidden: nothing is captured",
    ],
    [
      "what is recorded without a viewer",
      { viewers: 0, isWanted: false, recorded: 3.25 },
      "page 1280x720 jpeg · no viewer · recording, 3.3 s",
    ],
    [
      "what is recorded before the figures, which may not fit",
      { viewers: 1, isMoving: false, recorded: 3.25 },
      "page 1280x720 jpeg · 1 viewer · recording, 3.3 s · nothing moves · 3 frames replaced · CPU app 3 %, capture unknown",
    ],
    [
      "what is published and not shown on the page",
      { viewers: undefined, isWanted: false, published: "published, 1 viewer" },
      "page 1280x720 jpeg · published, 1 viewer",
    ],
  ])("tells %s", (_, change, line) => {
    const { url = "", ...parts } = { ...run, ...change };
    expect(statusParts({ ...parts, url })).toEqual([...line.split(" · "), url]);
  });

  test("has no address without the page", () => {
    expect(statusParts({ ...run, url: undefined })).not.toContain(undefined);
  });
});
