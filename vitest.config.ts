import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: ["packages/*", "apps/*", "examples", "tests"],
    globalSetup: "tests/support/announce-skips.ts",
    // Starts one worker per processor, and at least two, because many tests mostly wait. Vitest's default is one fewer.
    maxWorkers: Math.max(2, availableParallelism()),
  },
});
