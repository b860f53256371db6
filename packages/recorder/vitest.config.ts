import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "recorder",
    isolate: false,
    exclude: [...configDefaults.exclude, "test/e2e/**"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Runs after the other projects and with fewer workers, because some tests record in real time with several processes.
    maxWorkers: Math.max(2, availableParallelism()),
    sequence: { groupOrder: 1 },
    expect: { poll: { timeout: 30_000 } },
  },
});
