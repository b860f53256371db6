import { expect, test } from "vitest";
import { playArguments } from "../src/file/play-arguments.ts";

const film = { width: 1280, height: 720, rate: { numerator: 30_000, denominator: 1001 }, hasAudio: true };
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

test.each([
  [30, 30_000 / 1001, "fps=fps=30000/1001:"],
  [24, 24, "fps=fps=24/1:"],
])(
  "with a limit of %d frames per second, plays a video of 29.97 frames per second at %d",
  (framesPerSecond, rate, filter) => {
    const plan = playArguments(film, { ...options, framesPerSecond });
    expect(plan.rate).toBeCloseTo(rate);
    expect(plan.args.join(" ")).toContain(filter);
  },
);

test("plays a video of unknown frame rate at the requested rate", () => {
  expect(playArguments({ ...film, rate: undefined }, options).rate).toBe(30);
});

test("requests audio only if the file has audio", () => {
  expect(playArguments(film, options).args).toContain("pipe:3");
  expect(playArguments({ ...film, hasAudio: false }, options).args).not.toContain("pipe:3");
});
