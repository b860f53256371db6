import { defineConfig } from "vitest/config";

export default defineConfig({ test: { name: "ipc-channel", testTimeout: 60_000 } });
