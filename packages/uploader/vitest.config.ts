import { defineConfig } from "vitest/config";

export default defineConfig({ test: { name: "uploader", testTimeout: 60_000 } });
