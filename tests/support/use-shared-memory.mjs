// Preloaded by vitest.shared-memory.config.ts into test workers and the processes that they start: every channel without the
// option `payloads` carries all payloads in shared memory, wherever the built ipc-channel is imported from.
import { registerHooks } from "node:module";
import { isChannelSettings, withSharedMemory } from "./shared-memory-default.mjs";

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!isChannelSettings(url)) return loaded;
    return { ...loaded, source: withSharedMemory(String(loaded.source), url) };
  },
});

const { sharedMemory } = await import("../../packages/shared-memory/dist/index.js");
// A small region, because a test may open a hundred channels, and each region is made at the first payload.
const carrier = sharedMemory({ minPayloadBytes: 1, bytes: 20 * 2 ** 20 });
if (carrier.unavailable) throw new Error(carrier.unavailable);
globalThis.defaultPayloads = carrier;
