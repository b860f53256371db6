import { defineConfig } from "vitest/config";
import { scriptForVite } from "./load-script.ts";

export default defineConfig({
  plugins: [scriptForVite],
  test: {
    name: "page-capture-e2e",
    isolate: false,
    include: ["test/e2e/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    expect: { poll: { timeout: 30_000 } },
  },
});
