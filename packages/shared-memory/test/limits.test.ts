import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loneRoute, noSharedMemory } from "./support/linked-routes.ts";
import { descriptors, mappings } from "./support/process-state.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const fixture = fileURLToPath(new URL("fixtures/print-availability.ts", import.meta.url));

/** Runs the fixture, through `wrapper` if there is one. A signal ends the test. */
function availability(...wrapper: readonly string[]) {
  const [command, ...args] = [...wrapper, process.execPath, "--no-warnings", "--import", "tsx", fixture];
  const { status, signal, stdout } = spawnSync(command as string, args, { cwd: root, encoding: "utf8" });
  expect([status, signal]).toEqual([0, null]);
  return JSON.parse(stdout) as { unavailable?: string; warnings: string[] };
}

describe("sharedMemory with little room", () => {
  test.skipIf(noSharedMemory)(
    "says at once that a region is over RLIMIT_FSIZE, warns once, and gets no signal",
    () => {
      const { unavailable, warnings } = availability("prlimit", `--fsize=${32 * 1024 * 1024}`);
      expect(unavailable).toBe(
        "a region of 64 MiB does not fit: the file size limit (ulimit -f) allows 32 MiB",
      );
      expect(warnings).toEqual([
        `SharedMemoryWarning: Large payloads travel through the socket: ${unavailable}`,
      ]);
    },
  );

  test.skipIf(noSharedMemory)("is silent where there is room", () => {
    expect(availability()).toEqual({ warnings: [] });
  });

  test.skipIf(!noSharedMemory)("says why there is no shared memory at all, and warns once", () => {
    const { unavailable, warnings } = availability();
    expect(unavailable).toBe(noSharedMemory);
    expect(warnings).toHaveLength(1);
  });

  test.skipIf(noSharedMemory)("leaves nothing behind if there is no room at the first payload", () => {
    const before = [descriptors(), mappings()];
    for (const bytes of [2 ** 42, 2 ** 50]) {
      const route = loneRoute({ bytes, minPayloadBytes: 1 }, () => {});
      expect(route.store([new Uint8Array(9)], 9)).toBeUndefined();
      expect(route.stats).toMatchObject({ via: "socket", reason: expect.stringContaining("does not fit") });
      route.close();
    }
    expect([descriptors(), mappings()]).toEqual(before);
  });
});
