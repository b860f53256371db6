import { describe, expect, test } from "vitest";
import { ViewFigures } from "../../../src/element/figures/view-figures.ts";
import type { FrameMessage } from "../../../src/wire/view-messages.ts";

const frame: FrameMessage = {
  type: "frame",
  encoding: "jpeg",
  codedWidth: 64,
  codedHeight: 36,
  timestamp: 0,
  sequence: 1,
  fullWidth: 128,
  fullHeight: 72,
};

describe("ViewFigures", () => {
  test("has zeros, and no ages or sizes, before anything arrives", () => {
    expect(new ViewFigures().take()).toEqual({ fps: 0, bytesPerSecond: 0, replaced: 0 });
  });

  test("describes the newest frame", () => {
    const figures = new ViewFigures();
    figures.countShown(frame);
    expect(figures.take()).toMatchObject({
      ...{ width: 64, height: 36, fullWidth: 128, fullHeight: 72 },
      encoding: "jpeg",
    });
  });

  test("takes the median age since the last call", () => {
    const figures = new ViewFigures();
    for (const age of [90, 10, 20]) figures.countAge(age);
    expect(figures.take().age).toBe(20);
    expect(figures.take()).not.toHaveProperty("age");
  });

  test("adds up the replaced frames of several connections, and never counts backwards", () => {
    const figures = new ViewFigures();
    figures.learn({ type: "figures", viewers: 2, replaced: 5 });
    figures.learn({ type: "figures", viewers: 2, replaced: 9 });
    figures.reset();
    figures.learn({ type: "figures", viewers: 1, replaced: 0 });
    expect(figures.take()).toMatchObject({ replaced: 9, viewers: 1 });
    figures.learn({ type: "figures", viewers: 1, replaced: 3 });
    expect(figures.take().replaced).toBe(12);
    // A server that counts from 0 again on the same connection.
    figures.learn({ type: "figures", viewers: 1, replaced: 1 });
    expect(figures.take().replaced).toBe(12);
  });
});
