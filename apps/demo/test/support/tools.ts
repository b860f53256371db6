import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Whether a program is on PATH. */
function isOnPath(program: string): boolean {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .some((directory) => isExecutable(join(directory, program)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether tests that need these programs have to be skipped, which is said loudly. In CI nothing is skipped: there the
 * tests run, and fail for want of the program.
 */
export function isMissing(...programs: string[]): boolean {
  const missing = programs.filter((program) => !isOnPath(program));
  if (missing.length === 0 || process.env.CI) return false;
  console.warn(`SKIPPED, because it is not installed: ${missing.join(", ")}`);
  return true;
}

/** The browser to test with; `undefined` where none is installed. */
export function findBrowser(): string | undefined {
  const files = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ];
  const found = files.find(isExecutable);
  if (!found && !process.env.CI) console.warn("SKIPPED, because it is not installed: Chromium");
  return found;
}
