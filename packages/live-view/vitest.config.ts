import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "live-view",
    isolate: false,
    exclude: [...configDefaults.exclude, "test/e2e/**"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
