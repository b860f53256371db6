import { defineConfig } from "vitest/config";

export default defineConfig({ test: { name: "ipc-channel", testTimeout: 20_000 } });
