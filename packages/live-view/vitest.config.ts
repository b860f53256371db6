import { defineConfig } from "vitest/config";

export default defineConfig({ test: { name: "live-view", testTimeout: 60_000 } });
