import { configDefaults, defineConfig } from "vitest/config";

// Each file starts whole families of processes, which mostly wait, so two files run at a time.
export default defineConfig({
  test: {
    name: "demo-e2e",
    include: ["test/e2e/**/*.test.ts"],
    exclude: [...configDefaults.exclude, "test/**/*.livekit.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    expect: { poll: { timeout: 30_000 } },
  },
});
