import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "together",
    testTimeout: 60_000,
    // Runs after the other projects and with fewer workers, because the tests start several processes and measure memory.
    maxWorkers: Math.max(2, availableParallelism()),
    sequence: { groupOrder: 1 },
  },
});
