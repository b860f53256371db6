import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";

/** Rejects with an Error that says in a sentence where there is no folder to write this file to. */
export async function checkFolder(file: string): Promise<void> {
  try {
    await access(dirname(file), constants.W_OK);
  } catch (cause) {
    throw new Error(`the folder of ${file} is not there, or cannot be written to`, { cause });
  }
}
