import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { MixedSequencer } from "./tests/support/mixed-sequencer.ts";

export default defineConfig({
  test: {
    projects: ["packages/*", "apps/*", "examples", "tests"],
    globalSetup: "tests/support/announce-skips.ts",
    // Three workers per two processors, because most files wait for processes and browsers for half of their duration. The
    // projects that measure memory and record in real time run afterwards, with one worker per processor.
    maxWorkers: Math.ceil(1.5 * Math.max(2, availableParallelism())),
    sequence: { sequencer: MixedSequencer },
  },
});
