import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

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

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
