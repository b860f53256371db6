import { defineConfig } from "vitest/config";

// What needs long by its nature: whole chains of processes with a browser at the end, and recordings in real time.
export default defineConfig({
  test: {
    projects: ["apps/demo/vitest.e2e.config.ts"],
    globalSetup: "tests/support/announce-skips.ts",
  },
});
