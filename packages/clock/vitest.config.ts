import { defineConfig } from "vitest/config";

export default defineConfig({ test: { name: "clock", testTimeout: 60_000 } });
