import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: ["packages/*", "apps/*", "examples", "tests"],
    globalSetup: "tests/support/announce-skips.ts",
    // Vitest's default is one less than the number of processors. Many tests spend most of their time waiting.
    maxWorkers: Math.max(2, availableParallelism()),
  },
});
