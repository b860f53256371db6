import { configDefaults, defineConfig } from "vitest/config";
import { scriptForVite } from "./load-script.ts";

export default defineConfig({
  plugins: [scriptForVite],
  test: {
    name: "page-capture",
    isolate: false,
    exclude: [...configDefaults.exclude, "test/e2e/**"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
