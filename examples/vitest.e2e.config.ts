import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "examples-e2e",
    include: ["test/e2e/**/*.test.ts"],
    testTimeout: 60_000,
    maxWorkers: 2,
  },
});
