import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { isChannelSettings, withSharedMemory } from "./tests/support/shared-memory-default.mjs";

const preload = fileURLToPath(new URL("tests/support/use-shared-memory.mjs", import.meta.url));

/** The tests of each project that run. */
const projects = {
  "ipc-channel": ["test/**/*.test.ts"],
  uploader: ["test/**/*.test.ts"],
  receiver: ["test/**/*.test.ts"],
  together: ["killed-*.test.ts", "shared-memory.test.ts"],
};

/** Files whose tests do not apply: those of the option `payloads`, which is never unset here. */
const exclude = ["test/payloads.test.ts", "test/options/channel-settings.test.ts"];

/**
 * Tests that fill the buffers of a socket with payloads, which need no room there with shared memory. And tests with a time
 * limit that is shorter than the making of a region, which takes some milliseconds.
 */
const exceptions = [
  "stops the sender while the reader takes no messages, and later delivers every message",
  'emits "disconnect" and settles every upload when the receiver is killed',
  'settles frames "closed" if the receiver consumes nothing within closeTimeout',
  "drops 1,000 silent peers by eviction or after handshakeTimeout, and serves other peers at the same time",
];
const others = exceptions.map((title) => `(?!.*${title})`).join("");

// Runs the tests of the transport and of both ends once more, with every payload in shared memory. Needs Node 22.15 or later.
export default defineConfig({
  test: {
    testNamePattern: new RegExp(`^${others}.*$`),
    projects: Object.entries(projects).map(([name, include]) => ({
      root: name === "together" ? "tests" : `packages/${name}`,
      plugins: [
        {
          name: "shared-memory",
          transform: (code: string, id: string) =>
            isChannelSettings(id) ? withSharedMemory(code, id) : undefined,
        },
      ],
      test: {
        name,
        include,
        exclude,
        testTimeout: 60_000,
        execArgv: ["--import", preload],
        env: { NODE_OPTIONS: `--import=${preload}`, FUZZ_STREAMS: "1000", FUZZ_HEADERS: "1000" },
      },
    })),
  },
});
