import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Returns the path of the first executable program in the list. Searches PATH for names without a folder. */
export function find(...programs: string[]): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return programs
    .flatMap((program) =>
      program.includes("/") ? [program] : folders.map((folder) => join(folder, program)),
    )
    .find(isExecutable);
}

/** Returns whether to skip a test because `program` is missing, and prints a warning if so. Returns false in CI. */
export function isMissing(name: string, program: string | undefined): boolean {
  if (program || process.env.CI) return false;
  console.warn(`SKIPPED, because it is not installed: ${name}`);
  return true;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
