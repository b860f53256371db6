import { configDefaults, defineConfig } from "vitest/config";

// Each test starts its own processes, including a browser, which is slow on a small machine.
export default defineConfig({
  test: {
    name: "demo",
    isolate: false,
    exclude: [...configDefaults.exclude, "test/e2e/**", "test/**/*.livekit.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
