import { describe, expect, it } from "vitest";
import { checkDemand } from "../src/check-demand.ts";

describe("checkDemand()", () => {
  it("removes unknown and undefined fields", () => {
    const video = { maxFps: 12.5, maxWidth: 640, quality: undefined, encodings: ["jpeg"], bitrate: 9 };
    const checked = checkDemand({ video, audio: {} } as never);
    expect(checked).toStrictEqual({
      video: { maxFps: 12.5, maxWidth: 640, encodings: ["jpeg"] },
      audio: {},
    });
  });

  it("copies the demand, so later changes by the caller have no effect", () => {
    const encodings = ["jpeg"];
    const checked = checkDemand({ video: { encodings }, audio: null });
    encodings.push("delta");
    expect(checked.video).toEqual({ encodings: ["jpeg"] });
  });

  it.each<[string, unknown]>([
    ["video.maxFps", { video: { maxFps: 0 }, audio: null }],
    ["video.maxFps", { video: { maxFps: Number.NaN }, audio: null }],
    ["video.maxWidth", { video: { maxWidth: 1.5 }, audio: null }],
    ["video.maxHeight", { video: { maxHeight: "720" }, audio: null }],
    ["video.encodings", { video: { encodings: "jpeg" }, audio: null }],
    ["video.encodings.1", { video: { encodings: ["jpeg", 5] }, audio: null }],
    ["video.quality", { video: { quality: 101 }, audio: null }],
    ["video.delivery", { video: { delivery: "some" }, audio: null }],
    ["video", { audio: null }],
    ["audio", { video: null }],
    ["audio", { video: null, audio: true }],
    ["demand", undefined],
    ["demand", "all"],
  ])("throws a RangeError that names %s: %j", (name, demand) => {
    let thrown: unknown;
    try {
      checkDemand(demand as never);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(RangeError);
    expect((thrown as RangeError).message).toContain(name);
  });
});
