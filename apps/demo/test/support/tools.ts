import { delimiter, join } from "node:path";
import { findBrowser as findInstalledBrowser } from "../../src/browser/find-browser.ts";
import { isProgram } from "../../src/is-program.ts";

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((directory) => isProgram(join(directory, program)));
}

/**
 * Returns whether to skip tests because one of the programs is missing, and prints a warning if so. Returns false in CI,
 * where the tests fail instead.
 */
export function isMissing(...programs: string[]): boolean {
  const missing = programs.filter((program) => !isOnPath(program));
  if (missing.length === 0 || process.env.CI) return false;
  console.warn(`SKIPPED, because it is not installed: ${missing.join(", ")}`);
  return true;
}

/** Returns the path of the browser to test with, or `undefined` if no browser is installed. */
export function findBrowser(): string | undefined {
  try {
    return findInstalledBrowser();
  } catch {
    if (!process.env.CI) console.warn("SKIPPED, because it is not installed: Chromium, Chrome or Edge");
    return undefined;
  }
}
