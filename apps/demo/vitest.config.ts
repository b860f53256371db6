import { configDefaults, defineConfig } from "vitest/config";

// Each test starts processes of its own, a browser among them; on a small machine that takes its time.
export default defineConfig({
  test: {
    name: "demo",
    exclude: [...configDefaults.exclude, "test/e2e/**"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
