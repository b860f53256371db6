import { defineConfig } from "vitest/config";

export default defineConfig({ test: { name: "page-capture", testTimeout: 60_000 } });
