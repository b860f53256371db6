import type { ScreencastCounts } from "./video/screencast-counts.ts";

/** Counters of a capture. The uploader's `stats()` count what happens to uploaded frames. */
export type PageCaptureStats = Readonly<ScreencastCounts>;
