import type { ScreencastCounts } from "./video/screencast-counts.ts";

/** Counters of a capture. What becomes of uploaded frames is in the `stats()` of the uploader. */
export type PageCaptureStats = Readonly<ScreencastCounts>;
