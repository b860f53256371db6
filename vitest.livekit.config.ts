import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";

const hasServer = Boolean(process.env.LIVEKIT_URL) || isOnPath("livekit-server");
if (!hasServer) {
  console.warn(
    "SKIPPED: the LiveKit tests need LIVEKIT_URL (with LIVEKIT_API_KEY and LIVEKIT_API_SECRET), or livekit-server on PATH.",
  );
}

// Runs the tests against a real LiveKit server: the one at LIVEKIT_URL, else one that the run starts and stops.
export default defineConfig({
  test: {
    name: "livekit",
    include: [
      "packages/livekit-publisher/test/livekit/**/*.test.ts",
      "examples/test/**/*.livekit.test.ts",
      "apps/demo/test/**/*.livekit.test.ts",
    ],
    exclude: hasServer ? configDefaults.exclude : ["**"],
    passWithNoTests: !hasServer,
    globalSetup: hasServer
      ? [
          "tests/support/announce-skips.ts",
          "packages/livekit-publisher/test/livekit/support/provide-server.ts",
        ]
      : [],
    // Each test encodes and decodes video in several processes, so the files run one after the other.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
