import { defineConfig } from "vitest/config";

export default defineConfig({ test: { name: "image-codec", testTimeout: 60_000 } });
