import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The path of the first of these programs that can be executed; names without a folder are searched on PATH. */
export function find(...programs: string[]): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return programs
    .flatMap((program) =>
      program.includes("/") ? [program] : folders.map((folder) => join(folder, program)),
    )
    .find(isExecutable);
}

/** Whether a test has to be skipped because `program` is missing; prints a warning if so. In CI it runs and fails. */
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
