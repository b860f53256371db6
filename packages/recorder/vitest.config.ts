import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "recorder",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
