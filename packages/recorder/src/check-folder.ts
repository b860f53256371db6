import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";

/** Rejects with a user-facing Error if the folder of `file` does not exist or is not writable. */
export async function checkFolder(file: string): Promise<void> {
  try {
    await access(dirname(file), constants.W_OK);
  } catch (cause) {
    throw new Error(`the folder of ${file} does not exist or is not writable`, { cause });
  }
}
