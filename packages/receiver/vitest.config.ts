import { defineConfig } from "vitest/config";

export default defineConfig({ test: { name: "receiver", testTimeout: 60_000 } });
