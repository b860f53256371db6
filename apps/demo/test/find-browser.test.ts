import { expect, test } from "vitest";
import { findBrowser } from "../src/browser/find-browser.ts";

/** Calls findBrowser() with `programs` as the only executable files. */
function find(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, ...programs: string[]): string {
  return findBrowser({ platform, env, isProgram: (file) => programs.includes(file) });
}

test("returns the browser in BROWSER_PATH, or throws if it does not exist", () => {
  expect(find("linux", { BROWSER_PATH: "/opt/mine" }, "/usr/bin/chromium", "/opt/mine")).toBe("/opt/mine");
  expect(() => find("linux", { BROWSER_PATH: "/opt/mine" }, "/usr/bin/chromium")).toThrow(/BROWSER_PATH/);
});

test.each<[NodeJS.Platform, NodeJS.ProcessEnv, string]>([
  ["linux", { PATH: "/bin:/home/me/bin" }, "/home/me/bin/google-chrome"],
  ["linux", {}, "/snap/bin/chromium"],
  ["linux", { PATH: "/usr/bin" }, "/usr/bin/microsoft-edge-stable"],
  ["darwin", { HOME: "/Users/me" }, "/Users/me/Applications/Chromium.app/Contents/MacOS/Chromium"],
  ["darwin", {}, "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"],
  [
    "win32",
    { PROGRAMFILES: "C:\\Program Files" },
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  ],
  ["win32", { Path: "C:\\Windows;D:\\tools" }, "D:\\tools\\msedge.exe"],
])("finds a browser on %s with %j: %s", (platform, env, file) => {
  expect(find(platform, env, file)).toBe(file);
});

test("throws a one-line error if no browser is installed", () => {
  expect(() => find("linux", { PATH: "/usr/bin" })).toThrow(/^Chromium, Chrome and Edge were not found/);
  expect(() => find("win32", {})).toThrow(/^Chromium, Chrome and Edge/);
});
