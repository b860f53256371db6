import type { HandOverFigures } from "./hand-over-meter.ts";
import type { ProcessFigures } from "./process-meter.ts";

/** Sent by the capture process when the measured time ends. */
export interface CaptureReport extends ProcessFigures {
  readonly type: "captured";
}

/** Sent by the process that hands frames over to LiveKit's library when the measured time ends. */
export interface PublisherReport extends ProcessFigures, HandOverFigures {
  readonly type: "published";
}
