import { defineConfig } from "vitest/config";

// CI tries more of each than a developer wants to wait for.
const { CI, FUZZ_SHARE = CI ? "1" : "0.2" } = process.env;

export default defineConfig({
  test: { name: "protocol", isolate: false, testTimeout: 60_000, env: { FUZZ_SHARE } },
});
