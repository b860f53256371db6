import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Returns the path of the browser to test with, or `undefined` if no browser is on PATH. */
export function findBrowser(): string | undefined {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of names) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // Not here.
      }
    }
  }
  if (!process.env.CI) console.warn("SKIPPED, because it is not installed: Chromium or Chrome");
  return undefined;
}
