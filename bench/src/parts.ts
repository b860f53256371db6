import type { Part } from "./part.ts";

/** All parts in the order of the page. Each part loads its own packages, so a missing package fails only one part. */
export const parts: readonly Part[] = [
  {
    name: "transport",
    title: "Transport",
    run: async (options) => (await import("./transport-part.ts")).runTransport(options),
  },
  {
    name: "shared-memory",
    title: "Shared memory",
    run: async (options) => (await import("./shared-memory-part.ts")).runSharedMemory(options),
  },
  {
    name: "lanes",
    title: "Freshness",
    run: async (options) => (await import("./lanes-part.ts")).runLanes(options),
  },
  {
    name: "codec",
    title: "Image codec",
    run: async (options) => (await import("./codec-part.ts")).runCodec(options),
  },
  {
    name: "pipeline",
    title: "End to end",
    run: async (options) => (await import("./pipeline-part.ts")).runPipeline(options),
  },
  {
    name: "livekit",
    title: "Published to LiveKit",
    run: async (options) => (await import("./livekit-part.ts")).runLiveKitPart(options),
  },
  {
    name: "recorder",
    title: "Recording",
    run: async (options) => (await import("./recorder-part.ts")).runRecorderPart(options),
  },
  {
    name: "demo",
    title: "The demo",
    run: async (options) => (await import("./demo-part.ts")).runDemo(options),
  },
];
