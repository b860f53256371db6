import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";

/** Rejects with an Error for the user if the folder of this file does not exist or is not writable. */
export async function checkFolder(file: string): Promise<void> {
  try {
    await access(dirname(file), constants.W_OK);
  } catch (cause) {
    throw new Error(`the folder of ${file} does not exist or is not writable`, { cause });
  }
}
