import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "live-view-e2e",
    include: ["test/e2e/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    expect: { poll: { timeout: 30_000 } },
  },
});
