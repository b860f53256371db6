import { delimiter, join } from "node:path";
import { findBrowser as findInstalledBrowser } from "../../src/browser/find-browser.ts";
import { isProgram } from "../../src/is-program.ts";

/** Whether a program is on PATH. */
function isOnPath(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((directory) => isProgram(join(directory, program)));
}

/**
 * Whether tests that need these programs have to be skipped; prints a warning if so. In CI they are never skipped, and
 * fail if a program is missing.
 */
export function isMissing(...programs: string[]): boolean {
  const missing = programs.filter((program) => !isOnPath(program));
  if (missing.length === 0 || process.env.CI) return false;
  console.warn(`SKIPPED, because it is not installed: ${missing.join(", ")}`);
  return true;
}

/** The browser to test with; `undefined` if none is installed. */
export function findBrowser(): string | undefined {
  try {
    return findInstalledBrowser();
  } catch {
    if (!process.env.CI) console.warn("SKIPPED, because it is not installed: Chromium, Chrome or Edge");
    return undefined;
  }
}
