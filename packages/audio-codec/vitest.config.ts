import { defineConfig } from "vitest/config";

export default defineConfig({ test: { name: "audio-codec", isolate: false, testTimeout: 60_000 } });
