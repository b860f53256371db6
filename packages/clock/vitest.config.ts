import { defineConfig } from "vitest/config";

export default defineConfig({ test: { name: "clock", isolate: false, testTimeout: 60_000 } });
