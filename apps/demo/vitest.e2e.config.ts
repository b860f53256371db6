import { defineConfig } from "vitest/config";

// Each of these takes as much of a small machine as there is, so they run one after the other.
export default defineConfig({
  test: {
    name: "demo-e2e",
    include: ["test/e2e/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    expect: { poll: { timeout: 30_000 } },
  },
});
