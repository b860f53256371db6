import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { isChannelSettings, withSharedMemory } from "./tests/support/shared-memory-default.mjs";

const preload = fileURLToPath(new URL("tests/support/use-shared-memory.mjs", import.meta.url));

/** Tests that look at the bytes of a socket, or depend on how much a socket holds. */
const exceptions: Record<string, string[]> = {
  "ipc-channel": [],
  uploader: [],
  receiver: [],
};

// Runs the tests of the transport and of both ends once more, with every payload in shared memory. Needs Node 22.15 or later.
export default defineConfig({
  test: {
    projects: Object.entries(exceptions).map(([name, exclude]) => ({
      root: `packages/${name}`,
      plugins: [
        {
          name: "shared-memory",
          transform: (code: string, id: string) =>
            isChannelSettings(id) ? withSharedMemory(code, id) : undefined,
        },
      ],
      test: {
        name,
        exclude,
        testTimeout: 60_000,
        execArgv: ["--import", preload],
        env: { NODE_OPTIONS: `--import=${preload}`, FUZZ_STREAMS: "1000", FUZZ_HEADERS: "1000" },
      },
    })),
  },
});
