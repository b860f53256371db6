import { defineConfig } from "vitest/config";

export default defineConfig({ test: { name: "audio-codec", testTimeout: 60_000 } });
