import { defineConfig } from "vitest/config";
import { watForVite } from "./load-wat.ts";

export default defineConfig({
  plugins: [watForVite],
  test: { name: "image-codec", testTimeout: 60_000 },
});
