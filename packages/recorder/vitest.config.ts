import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "recorder",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Runs after the other projects, because some tests record in real time with several processes.
    sequence: { groupOrder: 1 },
    expect: { poll: { timeout: 30_000 } },
  },
});
