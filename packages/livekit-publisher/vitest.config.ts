import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "livekit-publisher",
    exclude: [...configDefaults.exclude, "test/livekit/**"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
