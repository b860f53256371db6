import { defineConfig } from "vitest/config";

export default defineConfig({ test: { name: "uploader", isolate: false, testTimeout: 60_000 } });
