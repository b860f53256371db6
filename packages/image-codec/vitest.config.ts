import { defineConfig } from "vitest/config";
import { watForVite } from "./load-wat.ts";

// CI tries more of each than a developer wants to wait for.
const { CI, FUZZ_SHARE = CI ? "1" : "0.2" } = process.env;

export default defineConfig({
  plugins: [watForVite],
  test: { name: "image-codec", isolate: false, testTimeout: 60_000, env: { FUZZ_SHARE } },
});
