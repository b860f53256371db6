import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** Creates a directory that is removed when the test is over. */
export function tempDir(): string {
  const directory = mkdtempSync(join(tmpdir(), "ipc-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Returns a path for a socket in a new directory. */
export function tempPath(): string {
  return join(tempDir(), "s");
}

/** Waits until the path exists. */
export async function untilBound(path: string): Promise<void> {
  const watcher = watch(dirname(path));
  try {
    while (!existsSync(path)) await once(watcher, "change");
  } finally {
    watcher.close();
  }
}
