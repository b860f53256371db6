import { defineConfig } from "vitest/config";

export default defineConfig({ test: { name: "together", testTimeout: 60_000 } });
