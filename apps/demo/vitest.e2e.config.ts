import { configDefaults, defineConfig } from "vitest/config";

// Each of these tests keeps two cores busy, so they run one after the other.
export default defineConfig({
  test: {
    name: "demo-e2e",
    include: ["test/e2e/**/*.test.ts"],
    exclude: [...configDefaults.exclude, "test/**/*.livekit.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    expect: { poll: { timeout: 30_000 } },
  },
});
