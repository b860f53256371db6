import { expect, test } from "vitest";
import { parseOptions, UsageError } from "../src/demo-options.ts";

test("defaults to the source auto, 30 frames per second, raw frames and the socket", () => {
  expect(parseOptions([])).toEqual({
    source: "auto",
    url: undefined,
    file: undefined,
    size: undefined,
    framesPerSecond: 30,
    encoding: "raw",
    transport: "socket",
    sinks: ["page"],
    port: undefined,
    duration: undefined,
    snapshot: undefined,
    json: false,
  });
});

test("parses every option", () => {
  const line =
    "--source synthetic --size 640x360 --fps 60 --encoding jpeg --transport shared --sink page,livekit --port 0 --duration 2.5 --snapshot a.png --json";
  expect(parseOptions(line.split(" "))).toEqual({
    source: "synthetic",
    url: undefined,
    file: undefined,
    size: { width: 640, height: 360 },
    framesPerSecond: 60,
    encoding: "jpeg",
    transport: "shared",
    sinks: ["page", "livekit"],
    port: 0,
    duration: 2.5,
    snapshot: "a.png",
    json: true,
  });
});

test.each([
  ["--source page", { source: "page", url: undefined, file: undefined }],
  ["--url https://example.org/", { source: "page", url: "https://example.org/", file: undefined }],
  ["--source page --url about:blank", { source: "page", url: "about:blank", file: undefined }],
  ["--file film.mp4", { source: "file", url: undefined, file: "film.mp4" }],
  ["--source file --file film.mp4", { source: "file", url: undefined, file: "film.mp4" }],
])("infers the source from --url and --file: %s", (line, expected) => {
  expect(parseOptions(line.split(" "))).toMatchObject(expected);
});

test('returns "help" for --help', () => {
  expect(parseOptions(["--help"])).toBe("help");
});

test.each([
  ["--source", "camera"],
  ["--source", "file"],
  ["--file", ""],
  ["--source", "screen", "--file", "film.mp4"],
  ["--source", "synthetic", "--url", "https://example.org/"],
  ["--url", "https://example.org/", "--file", "film.mp4"],
  ["--url", "example.org"],
  ["--url", ""],
  ["--url", "https://"],
  ["--url", "https://not a name/"],
  ["--size", "640"],
  ["--size", "641x360"],
  ["--size", "0x0"],
  ["--fps", "0"],
  ["--fps", "many"],
  ["--fps", ""],
  ["--encoding", "gif"],
  ["--transport", "pigeon"],
  ["--transport", ""],
  ["--sink", "cable"],
  ["--sink", ""],
  ["--sink", "page,"],
  ["--port", "70000"],
  ["--port", "1.5"],
  ["--duration", "-1"],
  ["--bogus", "1"],
  ["stray"],
])("rejects invalid options: %s %s", (...args) => {
  expect(() => parseOptions(args)).toThrow(UsageError);
});
