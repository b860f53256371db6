import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { lightChromium } from "../../../../../tests/support/light-chromium.ts";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];

/** The browser to test with, or `undefined` if none is installed. */
const executablePath: string | undefined = findBrowser();

/** Whether to skip the tests that need a browser. In CI they fail instead. */
export const isSkipped: boolean = executablePath === undefined && !process.env.CI;

let shared: Promise<Browser> | undefined;

/**
 * Returns a headless browser that all tests of this process share, because starting one takes more time than most tests. It
 * ends with the process.
 */
export async function sharedBrowser(): Promise<Browser> {
  shared ??= chromium.launch({
    ...(executablePath && { executablePath }),
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      lightChromium,
    ],
  });
  return await shared;
}

function findBrowser(): string | undefined {
  const { BROWSER_PATH, PATH = "" } = process.env;
  if (BROWSER_PATH) return BROWSER_PATH;
  return names
    .flatMap((name) => PATH.split(delimiter).map((folder) => join(folder, name)))
    .find((file) => existsSync(file));
}
