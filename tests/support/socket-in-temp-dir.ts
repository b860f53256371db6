import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Returns a socket path in a new directory, which is removed at the end of the test. */
export async function socketInTempDir(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "together-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return join(directory, "socket");
}
