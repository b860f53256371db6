import { expect, test } from "vitest";
import { screencastSettings } from "../../src/video/screencast-settings.ts";

const options = { format: "jpeg", quality: 80, maxFps: 30 } as const;

test.each([
  [null, undefined],
  [undefined, undefined],
  [{}, options],
  [
    { maxFps: 5, quality: 40 },
    { ...options, maxFps: 5, quality: 40 },
  ],
  [{ maxFps: 60 }, options],
  [{ maxFps: 5, delivery: "all" as const }, options],
  [{ maxWidth: 640 }, { ...options, maxWidth: 640 }],
  [{ maxHeight: 360 }, { ...options, maxHeight: 360 }],
  [{ encodings: ["png"] }, { ...options, format: "png" }],
  [{ encodings: ["png", "jpeg"] }, options],
  [{ encodings: [] }, options],
])("for the demand %j, returns the settings %j", (demand, settings) => {
  expect(screencastSettings(options, demand)).toEqual(settings);
});
