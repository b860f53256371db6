import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: ["packages/*", "apps/*", "examples", "tests"],
    globalSetup: "tests/support/announce-skips.ts",
    // The default is one less than there are processors, and many of the tests wait for something most of the time.
    maxWorkers: Math.max(2, availableParallelism()),
  },
});
