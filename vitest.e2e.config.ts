import { defineConfig } from "vitest/config";

// Runs the slow tests: capture process, app process and browser together, and recordings in real time.
export default defineConfig({
  test: {
    projects: [
      "apps/demo/vitest.e2e.config.ts",
      "examples/vitest.e2e.config.ts",
      "packages/live-view/vitest.e2e.config.ts",
      "packages/page-capture/vitest.e2e.config.ts",
      "packages/recorder/vitest.e2e.config.ts",
    ],
    globalSetup: "tests/support/announce-skips.ts",
  },
});
