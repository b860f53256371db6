import { defineConfig } from "vitest/config";

const { CI, FUZZ_STREAMS = CI ? "100000" : "20000", FUZZ_HEADERS = CI ? "50000" : "10000" } = process.env;

export default defineConfig({
  test: {
    name: "ipc-channel",
    testTimeout: 60_000,
    // CI tries more of each than a developer wants to wait for; `npm run fuzz` tries millions.
    env: { FUZZ_STREAMS, FUZZ_HEADERS },
  },
});
