import { expect, test } from "vitest";
import { playArguments } from "../src/file/play-arguments.ts";

const film = {
  width: 1280,
  height: 720,
  constantRate: 30_000 / 1001,
  duration: 60,
  audio: { channels: 2, layout: "stereo" },
};
const options = { path: "film.mp4", framesPerSecond: 30 };

test.each([
  [
    { width: 1280, height: 720 },
    { width: 1280, height: 720 },
  ],
  [
    { width: 3840, height: 2160 },
    { width: 1920, height: 1080 },
  ],
  [
    { width: 1080, height: 1920 },
    { width: 608, height: 1080 },
  ],
  [
    { width: 4000, height: 1000 },
    { width: 1920, height: 480 },
  ],
  [
    { width: 641, height: 361 },
    { width: 642, height: 362 },
  ],
  [
    { width: 1, height: 1 },
    { width: 2, height: 2 },
  ],
])("scales a video of %j to %j", (own, expected) => {
  expect(playArguments({ ...film, ...own }, options)).toMatchObject(expected);
});

test("fits a video into the requested size", () => {
  const plan = playArguments(film, { ...options, size: { width: 640, height: 480 } });
  expect(plan).toMatchObject({ width: 640, height: 480 });
  expect(plan.args.join(" ")).toContain("scale=640:360,pad=640:480:-1:-1");
});

test("reduces a constant frame rate over the limit to an even one", () => {
  const { args } = playArguments(film, { ...options, framesPerSecond: 24 });
  expect(args.join(" ")).toContain("fps=fps=24:start_time=0,");
});

test.each([[30_000 / 1001], [undefined]])(
  "passes frames on at their own times if the constant frame rate is %s and the limit is 30",
  (constantRate) => {
    const command = playArguments({ ...film, constantRate }, options).args.join(" ");
    expect(command).toContain("select=");
    expect(command).not.toContain("fps=fps");
  },
);

test("requests audio only if the file has audio", () => {
  expect(playArguments(film, options).args).toContain("pipe:3");
  expect(playArguments({ ...film, audio: undefined }, options).args).not.toContain("pipe:3");
});

test.each([
  [{}, undefined],
  [{ audio: undefined }, 60_000_000],
  [{ audio: undefined, duration: 1 }, undefined],
  [{ audio: undefined, duration: undefined }, undefined],
])("with %j, starts ffmpeg again after %s µs", (own, repeatAfter) => {
  const plan = playArguments({ ...film, ...own }, options);
  expect(plan.repeatAfter).toBe(repeatAfter);
  expect(plan.args.includes("-stream_loop")).toBe(repeatAfter === undefined);
});
