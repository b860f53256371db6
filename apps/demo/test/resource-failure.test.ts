import { expect, test } from "vitest";
import { inWords, isResourceFailure } from "../src/resource-failure.ts";

test("recognizes a lack of resources by the code of the error or of its cause, or in the message", () => {
  const spawn = Object.assign(new Error("spawn ffmpeg EAGAIN"), { code: "EAGAIN", errno: -11 });
  expect(isResourceFailure(spawn)).toBe(true);
  expect(isResourceFailure(new Error("ffmpeg is not on PATH", { cause: spawn }))).toBe(true);
  expect(isResourceFailure(new Error("browserType.launch: spawn chromium EMFILE"))).toBe(true);
});

test("recognizes other errors as lasting", () => {
  const missing = Object.assign(new Error("spawn ffmpeg ENOENT"), { code: "ENOENT" });
  expect(isResourceFailure(new Error("ffmpeg is not on PATH", { cause: missing }))).toBe(false);
  expect(isResourceFailure("EMFILE")).toBe(false);
});

test("describes a system error in words", () => {
  expect(inWords(Object.assign(new Error("spawn node EMFILE"), { errno: -24 }))).toBe("too many open files");
  expect(inWords(new Error("the reason"))).toBe("the reason");
});
