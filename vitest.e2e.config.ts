import { defineConfig } from "vitest/config";

// Slow tests: capture process, app process and browser together, and recordings in real time.
export default defineConfig({
  test: {
    projects: ["apps/demo/vitest.e2e.config.ts"],
    globalSetup: "tests/support/announce-skips.ts",
  },
});
