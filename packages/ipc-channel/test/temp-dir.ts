import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A directory of the running test's own, removed when the test is over. */
export function tempDir(): string {
  const directory = mkdtempSync(join(tmpdir(), "ipc-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A path for a socket that nobody else uses. */
export function tempPath(): string {
  return join(tempDir(), "s");
}

/** Waits until somebody has bound the path. */
export async function untilBound(path: string): Promise<void> {
  const watcher = watch(dirname(path));
  try {
    while (!existsSync(path)) await once(watcher, "change");
  } finally {
    watcher.close();
  }
}
