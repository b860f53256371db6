import { defineConfig } from "vitest/config";

export default defineConfig({ test: { name: "receiver", isolate: false, testTimeout: 60_000 } });
