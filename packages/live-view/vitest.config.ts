import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "live-view", exclude: [...configDefaults.exclude, "test/e2e/**"], testTimeout: 60_000 },
});
