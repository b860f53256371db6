import { defineConfig } from "vitest/config";

// Each test starts processes of its own, a browser among them; on a small machine that takes its time.
export default defineConfig({
  test: {
    name: "demo",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    expect: { poll: { timeout: 30_000 } },
  },
});
