import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "examples",
    exclude: [...configDefaults.exclude, "test/e2e/**", "test/**/*.livekit.test.ts"],
    testTimeout: 60_000,
  },
});
