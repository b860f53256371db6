import type { Look } from "./look.ts";
import type { EncodedFrame, SourceFrame } from "./source-frame.ts";

/** The delta that a viewer has, which a later delta can change. */
export interface DeltaBase {
  /** The stream of deltas that the delta belongs to. */
  readonly stream: object;
  readonly number: number;
}

/** A frame to be sent with `frame.send`, and what the viewer has after it. */
export interface Delivery {
  readonly frame: SourceFrame;
  readonly encoded: EncodedFrame;
  readonly base?: DeltaBase | undefined;
}

/** One viewer's wish for the newest frame. At most one of the two callbacks is called, within `frame.read`. */
export interface FrameRequest {
  readonly look: Look;
  /** Number of a frame of the source. The viewer needs a newer one. */
  readonly after: number;
  /** The delta that the viewer has. */
  readonly base: DeltaBase | undefined;
  onFrame(delivery: Delivery): void;
  onFailure(frame: SourceFrame, error: unknown): void;
}
