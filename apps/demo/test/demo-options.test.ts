import { expect, test } from "vitest";
import { parseOptions, UsageError } from "../src/demo-options.ts";

test("Nothing on the command line means auto, 30 pictures a second, raw", () => {
  expect(parseOptions([])).toEqual({
    source: "auto",
    size: undefined,
    framesPerSecond: 30,
    encoding: "raw",
    port: undefined,
    duration: undefined,
    snapshot: undefined,
    json: false,
  });
});

test("Every option is taken", () => {
  const line =
    "--source synthetic --size 640x360 --fps 60 --encoding jpeg --port 0 --duration 2.5 --snapshot a.png --json";
  expect(parseOptions(line.split(" "))).toEqual({
    source: "synthetic",
    size: { width: 640, height: 360 },
    framesPerSecond: 60,
    encoding: "jpeg",
    port: 0,
    duration: 2.5,
    snapshot: "a.png",
    json: true,
  });
});

test("Help is asked for with --help", () => {
  expect(parseOptions(["--help"])).toBe("help");
});

test.each([
  ["--source", "camera"],
  ["--size", "640"],
  ["--size", "641x360"],
  ["--size", "0x0"],
  ["--fps", "0"],
  ["--fps", "many"],
  ["--fps", ""],
  ["--encoding", "gif"],
  ["--port", "70000"],
  ["--port", "1.5"],
  ["--duration", "-1"],
  ["--bogus", "1"],
  ["stray"],
])("Options that make no sense are refused: %s %s", (...args) => {
  expect(() => parseOptions(args)).toThrow(UsageError);
});
